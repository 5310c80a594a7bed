"""Packages of others, unmodified from the registry: a poll, and drag and drop."""

from __future__ import annotations

import importlib.metadata
import json
import tomllib
from pathlib import Path

import pytest
from django.test import Client, override_settings

from courses.models import Attempt
from lxp.models import Organisation, Role, User
from plugins.xblocks import lxp_hooks
from plugins.xblocks.models import Summary
from plugins.xblocks.packages import allowed_types, kind_of
from tests.factories.people import make_member
from tests.plugins.xblocks.hosted import frame_for, make_block_module

ROOT = Path(__file__).parents[3]
POLL = {
    "question": "Tilt u alleen?",
    "answers": [["J", {"label": "Ja", "img": "", "img_alt": ""}], ["N", {"label": "Nee", "img": "", "img_alt": ""}]],
}


@pytest.mark.django_db
def test_a_vote_is_counted_shown_and_completes(learner: User, organisation: Organisation) -> None:
    frame = frame_for(learner, make_block_module(organisation, "poll", POLL))
    html = frame.open().content.decode()

    assert "Tilt u alleen?" in html
    assert 'data-init="PollBlock"' in html
    voted = frame.answer("vote", {"choice": "N"})
    assert (voted["success"], voted["submissions_count"]) == (True, 1)
    results = frame.answer("get_results")
    assert [(each["key"], each["count"], each["percent"]) for each in results["tally"]] == [("J", 0, 0), ("N", 1, 100)]
    assert Summary.objects.get().data["tally"] == {"J": 0, "N": 1}
    assert Attempt.objects.get(pk=frame.attempt.pk).completed_at is not None
    assert (frame.state.completed_at is not None, frame.state.score_percent) == (True, None)


@pytest.mark.django_db
def test_a_second_vote_is_refused_by_the_poll_itself(learner: User, organisation: Organisation) -> None:
    frame = frame_for(learner, make_block_module(organisation, "poll", POLL))
    frame.answer("vote", {"choice": "N"})

    assert frame.answer("vote", {"choice": "J"})["success"] is False
    assert Summary.objects.get().data["tally"] == {"J": 0, "N": 1}


@pytest.mark.django_db
def test_drag_and_drop_is_marked_by_the_server_and_counts(learner: User, organisation: Organisation) -> None:
    frame = frame_for(learner, make_block_module(organisation, "drag-and-drop-v2", {}))
    html = frame.open().content.decode()

    assert 'data-init="DragAndDropBlock"' in html
    assert '"feedback": {"incorrect"' not in html  # no key is in the page before an answer
    assert frame.answer("drop_item", {"val": 0, "zone": "bottom"})["correct"] is False
    assert frame.state.data.get("score", 0) == 20  # one of five: what belongs nowhere lies where it is
    for item, zone in ((0, "top"), (1, "middle"), (2, "bottom"), (3, "top")):
        assert frame.answer("drop_item", {"val": item, "zone": zone})["correct"] is True

    attempt = Attempt.objects.get(pk=frame.attempt.pk)
    assert (attempt.completed_at is not None, attempt.score_percent, attempt.passed) == (True, 100, True)


@pytest.mark.django_db
def test_files_of_the_package_come_from_us(learner: User, organisation: Organisation) -> None:
    frame = frame_for(learner, make_block_module(organisation, "drag-and-drop-v2", {}))
    response = Client().get(f"{frame.address}r/public/css/drag_and_drop.css")

    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert b".drag-container" in response.content


@pytest.mark.django_db
@pytest.mark.parametrize(("block_type", "handler", "content"), [("poll", "studio_submit", POLL)])
def test_the_poll_is_written_in_its_own_view(
    organisation: Organisation, client: Client, block_type: str, handler: str, content: dict[str, object]
) -> None:
    client.force_login(make_member(organisation, Role.AUTHOR))
    begun = json.loads(client.post("/p/xblocks/concept/", {"type": block_type, "content": "{}"}).content)
    assert 'data-init="PollEdit"' in Client().get(begun["frame"]).content.decode()
    answers = [{"key": "J", "label": "Ja"}, {"key": "N", "label": "Nee"}]
    sent = {"question": "Tilt u alleen?", "answers": answers, "display_name": "Tillen", "max_submissions": 1}
    said = Client().post(f"{begun['frame']}h/{handler}", json.dumps(sent), content_type="application/json")

    assert json.loads(said.content)["success"] is True
    stored = json.loads(json.loads(client.get(begun["content"]).content)["content"])
    assert stored["question"] == content["question"]
    assert [key for key, _ in stored["answers"]] == ["J", "N"]


def test_nothing_is_loaded_that_the_operator_did_not_name() -> None:
    with override_settings(XBLOCKS_ALLOWED=[]):
        assert (allowed_types(), lxp_hooks.activity_kinds()) == ([], [])
    with override_settings(XBLOCKS_ALLOWED=["poll", "not-installed"]):
        assert lxp_hooks.activity_kinds() == ["plugins.xblocks.kinds.poll"]
    assert kind_of("drag-and-drop-v2") == "xblocks_drag_and_drop_v2"


def test_no_block_and_no_library_of_blocks_is_a_dependency_of_ours() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    ours = [
        each
        for part in ([project["dependencies"]], project["optional-dependencies"].values())
        for one in part
        for each in one
    ]
    locked = (ROOT / "requirements.lock").read_text()

    assert [each for each in ours if "xblock" in each.lower()] == []
    assert "xblock" not in locked
    assert "web-fragments" not in locked
    assert "AGPL" in str(importlib.metadata.metadata("xblock-poll").get_all("Classifier"))
