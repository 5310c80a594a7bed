"""Bad input in the editor: each gets a clear message, and nothing is stored."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from content.models import Attachment, OrganisationPage, Picture, Recording
from courses.models import ModulePage
from lxp.models import Organisation, Role, User
from tests.factories.editor import encoded, lesson_data, page_data, picture_bytes
from tests.factories.modules import lesson, make_module, make_page
from tests.factories.people import make_member, make_organisation

pytestmark = pytest.mark.django_db
SCRIPT = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
HANDLER = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect onload="alert(1)"/></svg>'
STYLED = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>@import "//x.example";</style></svg>'
PAINTED = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect fill="url( \'//x.example/a\')"/></svg>'
FETCHES = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="https://x.example/a.png"/></svg>'
PASTED = (
    '<p onclick="alert(1)">Hallo <script>alert("geheim-script")</script><b>vet</b>'
    '<img src=x onerror="alert(2)"><a href="javascript:alert(3)">klik</a><iframe src="https://x.example"></iframe></p>'
)


@pytest.fixture
def own() -> Organisation:
    return make_organisation("eigen")


@pytest.fixture
def client(own: Organisation) -> Client:
    author = make_member(own, Role.AUTHOR, language="en")
    client = Client()
    client.force_login(author)
    return client


def upload_picture(client: Client, own: Organisation, name: str, content: bytes, **fields: Any) -> HttpResponse:
    file = SimpleUploadedFile(name, content)
    data = {"title": "Foto", "collection": own.collection_id, "file": file, "description": "", **fields}
    return client.post(reverse("wagtailimages:add"), data)


def upload_film(client: Client, own: Organisation, content: bytes, captions: bytes | None = None) -> HttpResponse:
    data = {
        "title": "Film", "collection": own.collection_id, "duration": "3", "captions_language": "nl",
        "file": SimpleUploadedFile("film.mp4", content),
    }  # fmt: skip
    if captions is not None:
        data["captions"] = SimpleUploadedFile("film.vtt", captions)
    return client.post(reverse("wagtailmedia:add", args=["video"]), data)


def test_a_good_picture_is_stored(client: Client, own: Organisation) -> None:
    assert upload_picture(client, own, "foto.png", picture_bytes()).status_code == 302
    assert Picture.objects.get().collection == own.collection


def test_a_good_drawing_is_stored(client: Client, own: Organisation) -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect fill="url(#verloop)"/></svg>'
    assert upload_picture(client, own, "tekening.svg", drawing).status_code == 302


def test_a_picture_of_40_mb_is_refused(client: Client, own: Organisation) -> None:
    response = upload_picture(client, own, "groot.png", picture_bytes() + b"\0" * 40 * 1024 * 1024)
    assert "This file is too big" in response.content.decode()
    assert Picture.objects.exists() is False


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (SCRIPT, "This drawing holds “script”, which is not allowed."),
        (HANDLER, "This drawing fetches or runs something."),
        (FETCHES, "This drawing fetches or runs something."),
        (STYLED, "This drawing fetches or runs something."),
        (PAINTED, "This drawing fetches or runs something."),
    ],
)
def test_a_drawing_that_runs_or_fetches_is_refused(
    client: Client, own: Organisation, content: bytes, message: str
) -> None:
    response = upload_picture(client, own, "tekening.svg", content)
    assert message in response.content.decode()
    assert Picture.objects.exists() is False


def test_a_drawing_is_refused_in_the_chooser_and_in_the_upload_of_many_too(client: Client, own: Organisation) -> None:
    data = {"image-chooser-upload-title": "x", "image-chooser-upload-collection": own.collection_id}
    file = SimpleUploadedFile("t.svg", SCRIPT)
    client.post(reverse("wagtailimages_chooser:create"), {**data, "image-chooser-upload-file": file})
    many = {"title": "x", "collection": own.collection_id, "files[]": SimpleUploadedFile("t.svg", SCRIPT)}
    client.post(reverse("wagtailimages:add_multiple"), many, headers={"x-requested-with": "XMLHttpRequest"})
    assert Picture.objects.exists() is False


def test_what_is_no_picture_is_refused(client: Client, own: Organisation) -> None:
    for name in ("foto.png", "tekening.svg"):
        upload_picture(client, own, name, b"<html><script>alert(1)</script>")
    assert Picture.objects.exists() is False


def test_a_film_that_is_no_film_is_refused(client: Client, own: Organisation) -> None:
    response = upload_film(client, own, b"#!/bin/sh\necho hallo" * 300)
    assert "This is no film that a browser can play" in response.content.decode()
    assert Recording.objects.exists() is False


# What browsers record, by the first bytes: WebM with Opus, MP4 in pieces; and the same with pictures in it.
WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm"
RECORDED = {"webm": WEBM + b"\x86\x86A_OPUS", "m4a": b"\0\0\0\x18ftypiso5\0\0\0\0iso5mp41" + b"hdlr\0\0soun"}
FILMED = {"webm": WEBM + b"\x86\x85V_VP9", "m4a": b"\0\0\0\x18ftypiso5\0\0\0\0iso5mp41" + b"hdlr\0\0vide"}


def upload_recording(client: Client, own: Organisation, ending: str, content: bytes) -> dict[str, Any]:
    prefix = "media-chooser-upload"
    data = {f"{prefix}-title": "Stap 1", f"{prefix}-duration": "1.5", f"{prefix}-captions_language": "nl"}
    file = SimpleUploadedFile(f"opname.{ending}", content + b"\0" * 400)
    address = reverse("wagtailmedia:chooser_upload", args=["audio"])
    answer: dict[str, Any] = client.post(address, {**data, f"{prefix}-file": file}).json()
    return answer


@pytest.mark.parametrize("ending", list(RECORDED))
def test_what_a_browser_records_is_kept(client: Client, own: Organisation, ending: str) -> None:
    answer = upload_recording(client, own, ending, RECORDED[ending])
    kept = Recording.objects.get()
    assert (answer["step"], answer["result"]["id"]) == ("media_chosen", kept.pk)
    assert (kept.type, kept.duration, kept.collection) == ("audio", 1.5, own.collection)


@pytest.mark.parametrize("ending", list(FILMED))
def test_a_film_is_no_recording(client: Client, own: Organisation, ending: str) -> None:
    answer = upload_recording(client, own, ending, FILMED[ending])
    assert "This is no recording that a browser can play" in answer["html"]
    assert Recording.objects.exists() is False


def test_captions_that_are_no_captions_are_refused(client: Client, own: Organisation) -> None:
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 400
    response = upload_film(client, own, film, captions=b"1\n00:00 --> 00:02\nhallo")
    assert "a caption file starts with the word WEBVTT" in response.content.decode()
    assert Recording.objects.exists() is False
    assert upload_film(client, own, film, captions=b"WEBVTT\n\n00:00.000 --> 00:02.000\nHallo\n").status_code == 302


def test_a_file_of_another_kind_is_no_attachment(client: Client, own: Organisation) -> None:
    file = SimpleUploadedFile("pagina.html", b"<script>alert(1)</script>")
    client.post(reverse("wagtaildocs:add"), {"title": "x", "collection": own.collection_id, "file": file})
    assert Attachment.objects.exists() is False


def test_a_picture_cannot_be_put_in_the_collection_of_others(client: Client, own: Organisation) -> None:
    other = make_organisation("ander")
    response = upload_picture(client, own, "foto.png", picture_bytes(), collection=other.collection_id)
    assert response.status_code == 404
    assert Picture.objects.exists() is False


def test_script_pasted_into_rich_text_is_neither_stored_nor_shown(client: Client, own: Organisation) -> None:
    page = make_page(own, lesson())
    data = page_data(page, lesson_data())
    name = next(key for key in data if key.endswith("content-0-value"))
    data[name] = (
        '{"blocks":[{"key":"a","text":"Hallo <script>alert(1)</script> klik","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[{"offset":35,"length":4,"key":0}]}],'
        '"entityMap":{"0":{"type":"LINK","mutability":"MUTABLE","data":{"url":"javascript:alert(3)"}}}}'
    )
    client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data))
    saved = page.get_latest_revision_as_object()
    stored = str(page.get_latest_revision().content["body"])
    assert ("<script" in stored, "javascript:" in stored) == (False, False)
    shown = str(saved.body[0].value["content"])
    assert ("<script" in shown, "javascript:" in shown) == (False, False)


def test_html_that_came_in_another_way_shows_no_script(own: Organisation) -> None:
    """The library and imports clean what they take; this is the page of what stands in the database already."""
    page = make_page(own, lesson(content=[{"text": PASTED}]))
    shown = str(page.body[0].value["content"])
    for word in ("<script", "onerror", "onclick", "javascript:", "<iframe"):
        assert word not in shown, word
    assert "<b>vet</b>" in shown


def test_nul_characters_are_refused_in_words(client: Client, own: Organisation) -> None:
    page = make_page(own, lesson())
    latest = page.latest_revision_id
    data = page_data(page, lesson_data(title="Les\0"), title="Titel\0")
    response = client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), **encoded(data))
    assert "Null characters are not allowed" in response.content.decode()
    page.refresh_from_db()
    assert (page.latest_revision_id, "\0" in page.title) == (latest, False)


def test_an_attachment_is_for_members_and_for_readers_of_a_page_that_shows_it(own: Organisation) -> None:
    attachment = Attachment(title="Bijlage", collection=own.collection, file=ContentFile(b"inhoud", "bijlage.txt"))
    attachment.save()
    path = reverse("wagtaildocs_serve", args=[attachment.pk, attachment.filename])
    member, stranger = make_member(own), make_member(make_organisation("ander"))
    assert statuses(path, member, stranger, None) == [200, 404, 404]
    place = OrganisationPage.objects.get(organisation=own, locale__language_code="nl")
    place.body = [("file", {"file": attachment, "text": ""})]
    place.save_revision().publish()
    assert statuses(path, member, stranger, None) == [200, 200, 200]


def test_an_attachment_of_a_private_module_is_not_public(own: Organisation) -> None:
    attachment = Attachment(title="Bijlage", collection=own.collection, file=ContentFile(b"inhoud", "bijlage.txt"))
    attachment.save()
    module = make_module(own, lesson(), sharing="organisation")
    page = ModulePage.objects.get(module=module)
    page.body[0].value["content"].append(("file", {"file": attachment, "text": ""}))
    page.save_revision().publish()
    path = reverse("wagtaildocs_serve", args=[attachment.pk, attachment.filename])
    assert statuses(path, make_member(own), make_member(make_organisation("ander")), None) == [200, 404, 404]


def statuses(path: str, *people: User | None) -> list[int]:
    found = []
    for person in people:
        client = Client()
        if person is not None:
            client.force_login(person)
        found.append(client.get(path).status_code)
    return found
