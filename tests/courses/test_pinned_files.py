"""Pictures of a published version: kept as they were, whatever becomes of the library."""

from __future__ import annotations

import json
import re
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from botocore.exceptions import ClientError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from PIL import Image as PillowImage

from content.api import Picture
from courses.lxp_hooks import reconcile
from courses.models import Attempt, ModulePage, PinnedFile
from courses.wagtail_hooks import copy_files_ahead
from lxp.models import Organisation
from tests.factories.modules import (
    lesson,
    make_attempt,
    make_page,
    page_of,
    publish,
    single_question,
)
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


class OnePicture:
    """A picture finder that knows one picture."""

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def find(self, name: str) -> int:
        return self.picture.pk


def png(colour: str) -> ContentFile:
    file = BytesIO()
    PillowImage.new("RGB", (40, 30), colour).save(file, "PNG")
    return ContentFile(file.getvalue(), name="plaatje.png")


def set_file(picture: Picture, colour: str) -> None:
    picture.file = png(colour)
    picture._set_image_file_metadata()
    picture.save()
    picture.renditions.all().delete()


@pytest.fixture
def picture(owner) -> Picture:
    picture = Picture(title="Plaatje", collection=owner.collection)
    set_file(picture, "red")
    return picture


def page_with(owner: Organisation, picture: Picture) -> ModulePage:
    shown = {"picture": {"file": "plaatje.png", "alt": "Een kraan"}}
    asked = {**single_question("c1"), "file": "plaatje.png", "alt": "Een kraan"}
    return make_page(owner, lesson(content=[shown], check=asked), pictures=OnePicture(picture))


def sources_in(client: Client, attempt: Attempt) -> set[str]:
    html = client.get(f"/leren/{attempt.uuid}/1/").content.decode()
    return {part.split('"')[0] for part in html.split('<img src="')[1:]}


def test_a_replaced_picture_changes_no_published_lesson_until_it_is_published_again(owner, picture):
    page = page_with(owner, picture)
    module = publish(page)
    client = Client()
    learner = make_member(owner)
    client.force_login(learner)
    attempt = make_attempt(learner, module)
    before = sources_in(client, attempt)
    assert len(before) == 1
    assert next(iter(before)).startswith("/media/pinned/")
    set_file(picture, "blue")
    assert sources_in(client, attempt) == before
    assert reconcile() == []
    renewed = publish(page, significance="editorial")
    assert renewed.current_version.number == 2
    after = sources_in(client, Attempt.objects.get(pk=attempt.pk))
    assert len(after) == 1
    assert after != before


def test_a_picture_that_is_lost_from_the_disk_stops_no_publishing(owner, picture):
    page = page_with(owner, picture)
    picture.file.storage.delete(picture.file.name)
    module = publish(page)
    assert (module.current_version.number, module.current_version.files) == (1, {})


def test_a_storage_that_answers_with_a_fault_of_its_own_stops_no_publishing(owner, picture, monkeypatch, caplog):
    page = page_with(owner, picture)

    def refuse(*arguments: Any, **keywords: Any) -> str:
        raise ClientError({"Error": {"Code": "503", "Message": "Slow down"}}, "PutObject")

    monkeypatch.setattr(default_storage, "save", refuse)
    module = publish(page, sharing="organisation")
    assert (module.current_version.files, module.sharing) == ({}, "organisation")
    assert f"picture:{picture.pk} could not be pinned." in caplog.text


def test_what_was_pinned_before_is_not_read_again(owner, picture, monkeypatch):
    page = page_with(owner, picture)
    first = publish(page).current_version

    def refuse(*arguments: Any) -> None:
        raise OSError("read again")

    monkeypatch.setattr(default_storage, "open", refuse)
    second = publish(page, title="Beter").current_version
    assert (second.number, second.files) == (2, first.files)
    assert PinnedFile.objects.count() == 1


def test_files_are_copied_before_the_transaction_of_publishing(owner, picture, monkeypatch):
    page = page_with(owner, picture)
    depths, outside, save = [], len(connection.savepoint_ids), default_storage.save

    def noted(name: str, *arguments: Any, **keywords: Any) -> str:
        if name.startswith("pinned/"):
            depths.append(len(connection.savepoint_ids))
        return save(name, *arguments, **keywords)

    monkeypatch.setattr(default_storage, "save", noted)
    publish(page)
    assert depths == [outside]


def test_a_page_that_is_submitted_has_its_files_copied_before_somebody_approves(owner, picture, rf):
    page = page_with(owner, picture)
    copy_files_ahead(rf.post("/", {"action-publish": "1"}), page)
    assert PinnedFile.objects.exists() is False
    copy_files_ahead(rf.post("/", {"action-submit": "1"}), page)
    assert PinnedFile.objects.count() == 1


def test_an_address_that_is_signed_each_time_makes_no_version_and_is_made_when_a_page_is_shown(
    owner, picture, monkeypatch
):
    signatures, plain = count(1), default_storage.url
    monkeypatch.setattr(default_storage, "url", lambda name: f"{plain(name)}?signature={next(signatures)}")
    module = publish(page_with(owner, picture))
    version = publish(page_of(module)).current_version
    assert (version.number, "signature" in json.dumps(version.files)) == (1, False)
    client = Client()
    learner = make_member(owner)
    client.force_login(learner)
    attempt = make_attempt(learner, module)
    first, second = sources_in(client, attempt), sources_in(client, attempt)
    assert all(re.fullmatch(r"/media/pinned/\w+\.\w+\?signature=\d+", each) for each in first | second)
    assert first.isdisjoint(second)
