"""What a block finds in its host, row by row of the table in docs/xblocks.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from courses.models import Attempt
from courses.services.attempts import move_to_current
from lxp.models import Organisation, PluginIncident, User
from plugins.xblocks.hosting.fields import ScopedFieldData
from plugins.xblocks.hosting.runtime import BlockRuntime, build
from plugins.xblocks.hosting.services import Reader
from plugins.xblocks.models import Draft, LearnerState, Preference, Summary
from plugins.xblocks.services.shelves import DraftShelf
from tests.factories.modules import page_of
from tests.factories.people import make_member
from tests.plugins.xblocks.hosted import Frame, block, frame_for, make_block_module

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[3]


@pytest.fixture
def frame(learner: User, organisation: Organisation) -> Frame:
    module = make_block_module(organisation, "lxp-practice", {"question": "Hoeveel handen?"}, pass_percent=60)
    return frame_for(learner, module)


def test_the_student_view_is_a_page_with_what_the_fragment_asks_for(frame: Frame) -> None:
    response = frame.open()
    html = response.content.decode()

    assert response.status_code == 200
    assert "<p class='question'>Hoeveel handen?</p><p class='tries'>0</p>" in html
    assert 'data-init="PracticeBlock"' in html
    assert '{"question": "Hoeveel handen?", "words": "\\u003c/script>\\u003cb>"}' in html  # never ends its script
    assert "<style>.question { color: inherit; }</style>" in html
    assert f'<link rel="stylesheet" href="{frame.address}r/public/practice.css">' in html
    assert f'<script src="{frame.address}r/public/practice.js"></script>' in html
    assert '<html lang="nl" dir="ltr">' in html


def test_a_json_handler_is_called_with_its_suffix_and_keeps_the_state_of_this_learner(frame: Frame) -> None:
    assert frame.answer("answer", {"number": 2}, "one/two") == {"tries": 1, "votes": {"2": 1}, "suffix": "one/two"}
    assert frame.answer("answer", {"number": 2})["tries"] == 2

    state = LearnerState.objects.get()
    assert state.data == {"tries": 2, "notes": [2, 2], "attempts": 2}
    assert (state.person, state.attempt, state.block_type) == (frame.attempt.person, frame.attempt, "lxp-practice")
    assert "<p class='tries'>2</p>" in frame.open().content.decode()


def test_preferences_and_facts_about_a_person_go_along_to_other_modules(
    frame: Frame, organisation: Organisation
) -> None:
    frame.answer("choose", {"shade": "dark", "nickname": "Kim"})
    other = frame_for(frame.attempt.person, make_block_module(organisation, "lxp-practice", slug="anders"))

    assert other.answer("choose") == {"shade": "dark", "nickname": "Kim"}
    rows = {row.block_type: row.data for row in Preference.objects.all()}
    assert rows == {"lxp-practice": {"shade": "dark"}, "": {"nickname": "Kim"}}


def test_the_summary_counts_everybody_of_an_organisation(frame: Frame, organisation: Organisation) -> None:
    colleague = frame_for(make_member(organisation), frame.attempt.module)
    frame.answer("answer", {"number": 2})

    assert colleague.answer("answer", {"number": 2}) == {"tries": 1, "votes": {"2": 2}, "suffix": ""}
    summary = Summary.objects.get()
    assert (summary.organisation, summary.module_id) == (organisation, frame.attempt.module_id)
    assert summary.data == {"votes": {"2": 2}}


def test_content_is_the_authors_and_a_learner_who_tries_to_write_it_is_refused(frame: Frame) -> None:
    frame.open()
    response = frame.post("studio_submit", {"question": "Gekaapt"})

    assert response.status_code == 409
    assert "Gekaapt" not in frame.open().content.decode()
    assert PluginIncident.objects.count() == 0


def test_a_grade_becomes_the_score_and_completes_from_the_pass_mark_on(frame: Frame) -> None:
    frame.answer("answer", {"number": 1, "share": 0.595})  # 59.5 rounds half up
    assert (frame.state.data["score"], frame.state.completed_at is not None) == (60, True)
    frame.attempt.refresh_from_db()

    assert (frame.state.passed, frame.state.score_percent) == (True, 60)
    assert (frame.attempt.completed_at is not None, frame.attempt.score_percent, frame.attempt.passed) == (
        True,
        60,
        True,
    )


def test_below_the_pass_mark_it_is_not_done_and_the_highest_score_counts(frame: Frame) -> None:
    frame.answer("answer", {"number": 1, "share": 0.5})
    frame.answer("answer", {"number": 1, "share": 0.2})

    assert frame.state.data["score"] == 50
    assert frame.state.completed_at is None
    assert Attempt.objects.get(pk=frame.attempt.pk).completed_at is None


def test_without_attempts_left_it_is_done_and_not_passed(learner: User, organisation: Organisation) -> None:
    frame = frame_for(learner, make_block_module(organisation, "lxp-practice", {"max_attempts": 2}, pass_percent=100))
    frame.answer("answer", {"number": 1, "share": 0.5})
    assert frame.state.completed_at is None
    frame.answer("answer", {"number": 1, "share": 0.4})

    assert (frame.state.completed_at is not None, frame.state.passed, frame.state.score_percent) == (True, False, 50)


def test_a_published_completion_completes(frame: Frame) -> None:
    frame.answer("finish", {"completion": 0.5})
    assert frame.state.completed_at is None
    frame.answer("finish", {"completion": 1})

    assert frame.state.completed_at is not None
    assert "private" not in json.dumps(frame.state.data)


def test_a_block_without_score_or_completion_is_done_when_it_was_seen(
    learner: User, organisation: Organisation
) -> None:
    frame = frame_for(learner, make_block_module(organisation, "lxp-seen"))
    assert "<p>Seen.</p>" in frame.open().content.decode()

    assert Attempt.objects.get(pk=frame.attempt.pk).completed_at is not None


def test_a_nonsense_grade_is_a_fault_and_changes_nothing(frame: Frame) -> None:
    frame.open()
    assert frame.post("answer", {"number": 1, "share": "many"}).status_code == 500

    assert LearnerState.objects.count() == 0
    assert frame.state.data.get("score") is None


def test_what_a_block_refuses_is_its_own_answer(frame: Frame) -> None:
    response = frame.post("refuse")

    assert (response.status_code, json.loads(response.content)) == (418, {"error": "not today"})
    assert frame.post("nothing").status_code == 404
    assert PluginIncident.objects.count() == 0


def test_a_handler_that_raises_is_undone_and_counts_for_no_organisation(frame: Frame) -> None:
    frame.answer("answer", {"number": 1})
    response = frame.post("crash")

    assert response.status_code == 500
    assert "error" in json.loads(response.content)
    assert LearnerState.objects.get().data["tries"] == 1
    incident = PluginIncident.objects.get()
    assert (incident.plugin, incident.hook) == ("xblocks", "xblocks_lxp_practice.ask:crash")


def test_a_view_that_raises_costs_only_its_frame(learner: User, organisation: Organisation, client: Client) -> None:
    frame = frame_for(learner, make_block_module(organisation, "lxp-broken"))
    response = frame.open()

    assert response.status_code == 500
    assert 'role="alert"' in response.content.decode()
    client.force_login(learner)
    assert client.get(f"/leren/{frame.attempt.uuid}/1/").status_code == 200
    assert PluginIncident.objects.get().hook == "xblocks_lxp_broken.ask:student_view"


def test_a_handler_sees_a_pseudonym_and_nothing_of_the_request_but_its_own(frame: Frame) -> None:
    frame.browser.cookies["sessionid"] = "secret"
    response = frame.browser.get(f"{frame.address}h/seen?a=1", HTTP_AUTHORIZATION="Bearer secret")
    known = json.loads(response.content)

    assert (known["method"], known["query"], known["cookies"]) == ("GET", {"a": "1"}, [])
    assert known["headers"] == ["Content-Length", "Host"]
    assert (known["emails"], known["name"], known["is_staff"]) == ([], None, False)
    assert len(known["id"]) == 32
    assert known["number"] == int(known["id"][:12], 16)
    assert str(frame.attempt.person.uuid) not in response.content.decode()
    assert (known["settings"], known["replace_urls"]) == ({}, None)


def test_a_name_and_address_only_where_the_operator_allows_it(frame: Frame) -> None:
    with override_settings(XBLOCKS_WITH_NAMES=["lxp-practice"]):
        known = frame.answer("seen")

    assert (known["emails"], known["name"]) == ([frame.attempt.person.email], frame.attempt.person.get_full_name())


def test_words_come_from_the_catalogue_of_the_package_in_the_readers_language(frame: Frame) -> None:
    assert frame.answer("seen")["translated"] == "Complimenten en peilingen"


def test_a_new_version_of_the_block_begins_anew_and_keeps_what_was(frame: Frame, organisation: Organisation) -> None:
    frame.answer("answer", {"number": 1, "share": 0.1})
    page = page_of(frame.attempt.module)
    page.body = json.dumps([block("lxp-practice", {"question": "Anders?"}, pass_percent=60)])
    page.save_revision().publish()
    move_to_current(attempt=frame.attempt)
    html = frame.open().content.decode()

    assert "Anders?" in html
    assert "<p class='tries'>0</p>" in html
    assert [row.data["tries"] for row in LearnerState.objects.order_by("pk")] == [1]
    assert frame.answer("answer", {"number": 1, "share": 0.1})["tries"] == 1
    assert LearnerState.objects.count() == 2


@pytest.mark.parametrize("content", ["x" * 200_001, "met \x00 nul"])
def test_what_cannot_be_kept_is_refused(frame: Frame, content: str) -> None:
    frame.open()
    assert frame.post("answer", {"number": content}).status_code == 409
    assert LearnerState.objects.count() == 0


def test_the_second_opening_and_answer_cost_no_more_than_the_first(frame: Frame) -> None:
    frame.open(), frame.answer("answer", {"number": 1, "share": 0})
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as opening:
            frame.open()
        with CaptureQueriesContext(connection) as answering:
            frame.answer("answer", {"number": 1, "share": 0})
        counted.append((len(opening), len(answering)))

    assert counted[0] == counted[1]


def test_what_is_not_supported_says_so() -> None:
    fields = ScopedFieldData(DraftShelf(Draft()), may_write_content=False)
    runtime = BlockRuntime(fields=fields, reader=Reader("0" * 32), prefix="/p/xblocks/f/x/")
    block = build("lxp-practice", uuid4(), runtime)

    assert (block.has_children, runtime.get_asides(block)) == (False, [])
    with pytest.raises(NotImplementedError, match="third party"):
        runtime.handler_url(block, "answer", thirdparty=True)
    with pytest.raises(NotImplementedError, match="brings its own"):
        runtime.resource_url("js/some.js")


ROWS = re.findall(r"^\| .+ \| .+ \| `(test_\w+)` \|$", (ROOT / "docs/xblocks.md").read_text(), re.MULTILINE)


def test_every_row_of_the_documentation_names_a_test_that_is_there() -> None:
    places = [*Path(__file__).parent.glob("test_*.py"), ROOT / "tests/e2e/test_xblocks.py"]
    written = {name for place in places for name in re.findall(r"^def (test_\w+)", place.read_text(), re.MULTILINE)}

    assert len(ROWS) == 26
    assert [name for name in ROWS if name not in written] == []
