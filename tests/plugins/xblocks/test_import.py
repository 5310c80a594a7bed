"""Courses of Open edX become modules: what is taken over, what is told, and what is refused."""

from __future__ import annotations

import json
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from PIL import Image

from content.models import Picture
from courses.models import ModulePage, ModuleVersion
from lxp.models import Organisation, User
from tests.factories.modules import make_attempt
from tests.plugins.xblocks.hosted import Frame, address_of_block
from tests.plugins.xblocks.olx import ANSWERS, write_archive, write_folder

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
ASSETS = "/assets/courseware/v1/a1/asset-v1:Z+T+1+type@asset+block/"  # how Studio may write where files are
BOMB = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><course url_name="&b;"/>'


def import_olx(source: Path, **options: object) -> str:
    out = StringIO()
    call_command("import_olx", str(source), owner="heuvelzorg", stdout=out, **options)
    return out.getvalue()


def test_an_archive_becomes_a_module_with_a_report(organisation: Organisation, tmp_path: Path) -> None:
    said = import_olx(write_archive(tmp_path / "course.tar.gz"))

    page = ModulePage.objects.get(slug="tillen-samen-tillen")
    body = page.body.get_prep_value()
    assert [(each["type"], each["value"]["title"], each["value"]["minutes"]) for each in body] == [
        ("lesson", "Waarom", 4),
        ("quiz", "Vraag", 2),
        ("xblocks_poll", "Peiling", 4),
    ]
    assert (page.title, page.summary, page.sharing, page.live) == (
        "Samen tillen",
        "Onderdeel van “Veilig tillen”: Begin.",
        "organisation",
        True,
    )
    assert said.splitlines() == [
        "Veilig tillen: 1 modules.",
        "Carried over:",
        "       1 modules",
        "       1 lessons",
        "       0 pictures",
        "       2 questions",
        "       1 activities from Open edX",
        "Not carried over, or changed:",
        "       1 links within the course, now plain text",
        "           Waarom: html h1",
        "       1 pictures that are not in the archive, replaced by their description: add them in the editor",
        "           Waarom: html h1: /static/rug.png Een rug",
        "       1 problems of a kind that has no counterpart here",
        "           Oefen: problem p3",
        "       1 activities that are not installed or not allowed here",
        "           Oefen: survey x1",
        "       1 components that have no counterpart here",
        "           Film: video f1",
        "       1 sequences without anything that could be taken over",
        "           Leeg",
    ]


def test_texts_are_cleaned_and_questions_keep_their_key(organisation: Organisation, tmp_path: Path) -> None:
    import_olx(write_folder(tmp_path))
    lesson, quiz, poll = ModulePage.objects.get(slug="tillen-samen-tillen").body.get_prep_value()
    first, second = quiz["value"]["questions"]

    assert [piece["value"] for piece in lesson["value"]["content"]] == [
        '<h2>Je rug</h2><p>Til <b>samen</b> &lt;3</p><p>Een rug</p>oefen <a href="https://example.org">lees</a>',
        "<p>Meer.</p>",
    ]
    assert (first["type"], first["value"]["prompt"]) == ("single", "Met hoeveel til je?")
    options = [each["value"] for each in first["value"]["options"]]
    assert [(each["text"], each["right"], each["feedback"]) for each in options] == [
        ("Alleen", False, "Liever niet."),
        ("Samen", True, ""),
    ]
    assert (second["type"], second["value"]["answer"], second["value"]["tolerance"]) == ("numeric", "23", "1")
    config = json.loads(poll["value"]["config"])
    assert config == {"answers": ANSWERS, "display_name": "Peiling", "max_submissions": 2, "question": "Til je alleen?"}


def test_pictures_come_along_and_who_has_no_description_is_named(organisation: Organisation, tmp_path: Path) -> None:
    text = (
        '<ul><li>Voor <img src="/static/rug.png" alt="Een rug"> na</li></ul><p>Dan.</p>'
        f'<a href="https://example.org"><img src="{ASSETS}map/knie.png" alt="Een knie"/></a><img src="/static/rug.png">'
        '<img src="https://elders.example/x.png" alt="Elders"><img src="/static/nep.png" alt="Nep">'
    )
    folder = write_folder(tmp_path, **{"html/h1.html": text})
    (folder / "static/map").mkdir(parents=True)
    (folder / "static/rug.png").write_bytes(picture_bytes("red"))
    (folder / "static/map/knie.png").write_bytes(picture_bytes("blue"))
    (folder / "static/nep.png").write_bytes(b"<script>")
    said = import_olx(folder)
    import_olx(folder)

    page = ModulePage.objects.get(slug="tillen-samen-tillen")
    pieces = page.body.get_prep_value()[0]["value"]["content"]
    assert [each["type"] for each in pieces] == ["text", "picture", "text", "picture", "text", "text"]
    assert [each["value"] for each in pieces if each["type"] == "text"] == [
        "<ul><li>Voor  na</li></ul>",
        "<p>Dan.</p>",
        "<p>Elders</p><p>Nep</p>",
        "<p>Meer.</p>",
    ]
    shown = [each["value"]["picture"] for each in pieces if each["type"] == "picture"]
    kept = Picture.objects.filter(collection=organisation.collection).order_by("pk")
    assert [(each["image"], each["alt_text"]) for each in shown] == [
        (each.pk, words) for each, words in zip(kept, ["Een rug", "Een knie"], strict=True)
    ]
    assert ModuleVersion.objects.filter(module=page.module_id).count() == 1
    lines = [each.strip() for each in said.splitlines()]
    assert "2 pictures" in lines
    assert "Waarom: html h1: /static/rug.png" in lines
    assert "Waarom: html h1: https://elders.example/x.png Elders" in lines
    assert "Waarom: html h1: /static/nep.png Nep" in lines


def picture_bytes(colour: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (8, 8), colour).save(stream, "PNG")
    return stream.getvalue()


def test_an_imported_poll_works(organisation: Organisation, learner: User, tmp_path: Path) -> None:
    import_olx(write_folder(tmp_path))
    module = ModulePage.objects.get(slug="tillen-samen-tillen").module
    module.refresh_from_db()
    attempt = make_attempt(learner, module)
    frame = Frame(attempt, address_of_block(attempt, attempt.version.activities.get(position=3).block_id))

    assert "Til je alleen?" in frame.open().content.decode()
    assert frame.answer("vote", {"choice": "J"})["success"] is True


def test_importing_again_changes_nothing_and_a_change_makes_a_version(
    organisation: Organisation, tmp_path: Path
) -> None:
    import_olx(write_folder(tmp_path))
    page = ModulePage.objects.get(slug="tillen-samen-tillen")
    import_olx(tmp_path)
    assert (ModulePage.objects.filter(slug__startswith="tillen").count(), ModuleVersion.objects.count()) == (1, 1)

    import_olx(write_folder(tmp_path, **{"html/h2.html": "<p>Nog meer.</p>"}))
    assert ModuleVersion.objects.filter(module=page.module_id).count() == 2
    ids = [each["id"] for each in ModulePage.objects.get(pk=page.pk).body.get_prep_value()]
    assert ids == [each["id"] for each in page.body.get_prep_value()]


def test_a_dry_run_stores_nothing(organisation: Organisation, tmp_path: Path) -> None:
    said = import_olx(write_folder(tmp_path), dry_run=True)

    assert said.startswith("Carried over:")
    assert ModulePage.objects.count() == 0


def test_a_block_that_is_not_allowed_stays_behind(organisation: Organisation, tmp_path: Path) -> None:
    with override_settings(XBLOCKS_ALLOWED=[]):
        said = import_olx(write_folder(tmp_path))

    assert "Oefen: poll q1" in said
    assert [each.block_type for each in ModulePage.objects.get().body] == ["lesson", "quiz"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"course.xml": BOMB}, "declares a document type or an entity"),
        ({"course.xml": "<course"}, "not well-formed XML"),
        ({"course.xml": "<a>" * 200 + "</a>" * 200}, "nested too deep"),
        ({"course/2026.xml": '<course display_name="X"><chapter url_name="weg"/></course>'}, "chapter/weg.xml"),
        ({"chapter/een.xml": '<chapter display_name="Niets"/>'}, "Nothing in this course"),
    ],
)
def test_a_broken_course_is_refused_and_nothing_changes(
    organisation: Organisation, tmp_path: Path, changes: dict[str, str], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        import_olx(write_folder(tmp_path, **changes))

    assert ModulePage.objects.count() == 0


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"../course.xml": b"<course/>"}, "wants to be outside it"),
        ({"/etc/course.xml": b"<course/>"}, "wants to be outside it"),
        ({"course/other.xml": b"<course/>"}, "There is no course.xml"),
        ({"course/course.xml": b"x" * (21 * 1024 * 1024)}, "larger than 20 MB"),
    ],
)
def test_an_unsafe_archive_is_refused_and_nothing_changes(
    organisation: Organisation, tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    with pytest.raises(CommandError, match=words):
        import_olx(write_archive(tmp_path / "course.tar.gz", files))

    assert ModulePage.objects.count() == 0


def test_what_is_no_archive_or_nobodys_is_refused(organisation: Organisation, tmp_path: Path) -> None:
    plain = tmp_path / "course.tar.gz"
    plain.write_text("<course/>", encoding="utf-8")
    with pytest.raises(CommandError, match="Choose a course that was exported"):
        import_olx(plain)
    with pytest.raises(CommandError, match="cannot be read"):
        import_olx(tmp_path / "weg.tar.gz")
    with pytest.raises(CommandError, match="nobody has no page"):
        call_command("import_olx", str(write_folder(tmp_path / "course")), owner="nobody")

    assert ModulePage.objects.count() == 0


def test_a_link_in_a_folder_is_not_followed(organisation: Organisation, tmp_path: Path) -> None:
    secret = tmp_path / "secret.html"
    secret.write_text("<p>geheim</p>", encoding="utf-8")
    folder = write_folder(tmp_path / "course")
    (folder / "html/h2.html").unlink()
    (folder / "html/h2.html").symlink_to(secret)
    import_olx(folder)

    assert "geheim" not in json.dumps(ModulePage.objects.get().body.get_prep_value())
