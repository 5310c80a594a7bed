"""The host of blocks passes the contract kit that every plugin passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import models

from lxp.testing import PluginContract
from lxp.testing.objects import Factory, Planted
from plugins.xblocks.models import Draft, LearnerState, Preference, Summary
from plugins.xblocks.packages import kind_of
from plugins.xblocks.tokens import DraftPass, address_of
from tests.factories.modules import make_attempt
from tests.plugins.xblocks.hosted import sign_in

BLOCK = UUID(int=1)


def _state(planted: Planted) -> models.Model:
    attempt = make_attempt(planted.person, planted.made["courses.Module"])
    values = {"usage": uuid4(), "block_id": BLOCK, "block_type": "lxp-practice", "data": {"notes": [planted.text]}}
    return LearnerState.objects.create(person=planted.person, attempt=attempt, **values)


def _preference(planted: Planted) -> models.Model:
    values = {"data": {"shade": planted.text}}
    return Preference.objects.get_or_create(person=planted.person, block_type="lxp-practice", defaults=values)[0]


def _summary(planted: Planted) -> models.Model:
    module = planted.made["courses.Module"]
    key = {"module": module, "organisation": planted.organisation, "block_id": BLOCK}
    return Summary.objects.get_or_create(**key, defaults={"data": {"votes": {planted.text: 1}}})[0]


def _draft(planted: Planted) -> models.Model:
    content = {"question": planted.text}
    return Draft.objects.create(person=planted.person, block_type="lxp-practice", content=content)


def _token(made: Mapping[str, Any]) -> str:
    draft = made["xblocks.Draft"]
    # Whoever has the address of a frame may open it: that is what a pass is. So the kit gets one that leads to nothing.
    address = address_of(DraftPass(draft.person.uuid, uuid4(), "student_view", "nl", sign_in(draft.person)))
    return address.split("/")[4]


class TestContract(PluginContract):
    plugin: ClassVar[str] = "xblocks"
    objects: ClassVar[Mapping[str, Factory]] = {
        "xblocks.LearnerState": _state,
        "xblocks.Preference": _preference,
        "xblocks.Summary": _summary,
        "xblocks.Draft": _draft,
    }
    values: ClassVar[Mapping[str, Any]] = {
        "token": _token,
        "handler": lambda made: "answer",
        "suffix": lambda made: "x",
        "name": lambda made: "public/practice.js",
        "draft_uuid": lambda made: made["xblocks.Draft"].uuid,
    }
    blocks: ClassVar[Mapping[str, dict[str, Any]]] = {kind_of("poll"): {"config": '{"question": "Tilt u alleen?"}'}}
