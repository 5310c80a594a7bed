"""The skillslab session in a module: booked there, and completed by nobody but who notes and signs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.blocks import StreamBlockValidationError

from courses.models import ActivityState, Attempt, Module, ModulePage, ProgressEvent, VersionActivity
from courses.services.assessment import sign
from lxp import plugin_manager
from lxp.models import Role, User
from plugins.skillslab.models import Booking, Session, WaitlistEntry
from plugins.skillslab.services.choices.openings import KIND, SHOWN, openings_of_module, type_choices
from plugins.skillslab.services.day.attendance import attend_by_code, code_of, note_attendance
from plugins.skillslab.services.day.closing import close_session
from plugins.skillslab.services.day.practice import catch_up_everybody
from plugins.skillslab.services.day.signing import request_sign_off
from tests.factories.modules import assignment, make_attempt, make_module, page_of
from tests.factories.people import join, make_member, make_organisation
from tests.plugins.skillslab.lab import Lab, at, book, fill, make_lab, wait
from tests.plugins.skillslab.test_day import after
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
Commit = Callable[..., Any]


def practice(lab: Lab, **fields: Any) -> dict[str, Any]:
    """The activity as a document names it."""
    content = {"text": "Neem je pasje mee.", "session_type": f"{lab.skillslab.slug}/{lab.session_type.slug}"}
    return {"kind": KIND, "id": "sessie", "title": "Oefenen", "content": content, **fields}


def module_with(lab: Lab, *more: dict[str, Any]) -> Module:
    return make_module(lab.owner, practice(lab), *more)


def block_of(module: Module, kind: str = KIND) -> UUID:
    found: UUID = VersionActivity.objects.get(version=module.current_version_id, kind=kind).block_id
    return found


def serve_assignment(lab: Lab, module: Module) -> None:
    """Sessions of this type serve the assignment of the module, with an assessor."""
    lab.session_type.module, lab.session_type.block_id = module, block_of(module, "assignment")
    lab.session_type.assessors = 1
    lab.session_type.save()


def player(attempt: Attempt, position: int = 1) -> str:
    return reverse("courses:play", args=[attempt.uuid, position])


def come(session: Session, person: User) -> Booking:
    """The person notes in the room that they are there."""
    with time_machine.travel(session.starts_at + timedelta(minutes=5), tick=False):
        return attend_by_code(session=session, person=person, code=code_of(session, timezone.now()))


def is_done(attempt: Attempt) -> bool:
    return Attempt.objects.get(pk=attempt.pk).completed_at is not None


def test_it_is_booked_in_the_player_and_the_page_of_the_module_and_shows_the_place(lab: Lab) -> None:
    module, person, session = module_with(lab), lab.member(), lab.session()
    attempt, client = make_attempt(person, module), signed_in(person)
    shown = client.get(player(attempt)).content.decode()
    assert ("Neem je pasje mee." in shown, "2 places free" in shown) == (True, True)
    sent = {"slot": session.uuid, "request": uuid4(), "next": player(attempt)}
    answer = client.post(reverse("skillslab:book"), sent, follow=True)
    assert answer.redirect_chain == [(player(attempt), 302)]
    assert Booking.objects.get().person == person
    shown = client.get(player(attempt)).content.decode()
    assert ("You take part" in shown, "1 place free" in shown) == (True, False)
    shown = client.get(page_of(module).get_url()).content.decode()
    assert ("Jij doet mee" in shown, reverse("skillslab:session", args=[session.uuid]) in shown) == (True, True)


def test_a_browser_can_send_the_forms_of_player_and_page(lab: Lab) -> None:
    """Each has the token without which a browser is refused."""
    module, person, session = module_with(lab), lab.member(), lab.session()
    attempt = make_attempt(person, module)
    signed_in(person)
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(person)
    for address in (player(attempt), page_of(module).get_url()):
        form = browser.get(address).content.decode().partition(reverse("skillslab:book"))[2].partition("</form>")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert token is not None
        sent = {"slot": session.uuid, "request": uuid4(), "csrfmiddlewaretoken": token[1]}
        assert browser.post(reverse("skillslab:book"), sent).status_code == 302
        Booking.objects.get(state="booked").delete()


def test_who_cannot_be_sent_elsewhere_after_booking(lab: Lab) -> None:
    session, person = lab.session(), lab.member()
    answer = signed_in(person).post(
        reverse("skillslab:book"), {"slot": session.uuid, "next": "//elsewhere.example/mijn/"}
    )
    assert answer["Location"] == reverse("skillslab:mine")


def test_a_full_session_is_waited_for_in_the_player(lab: Lab) -> None:
    module, person, session = module_with(lab), lab.member(), lab.session()
    fill(lab, session)
    attempt, client = make_attempt(person, module), signed_in(person)
    assert reverse("skillslab:wait", args=[session.uuid]) in client.get(player(attempt)).content.decode()
    client.post(reverse("skillslab:wait", args=[session.uuid]), {"request": uuid4(), "next": player(attempt)})
    assert WaitlistEntry.objects.get().person == person
    assert "You are on the waitlist" in client.get(player(attempt)).content.decode()


def test_being_there_completes_it_and_booking_alone_does_not(
    lab: Lab, django_capture_on_commit_callbacks: Commit
) -> None:
    module, person, session = module_with(lab), lab.member(), lab.session()
    attempt = make_attempt(person, module)
    book(session, person)
    url = reverse("courses:handle", args=[attempt.uuid, block_of(module), "look"])
    signed_in(person).post(url, {"event": uuid4()})
    assert (is_done(attempt), ProgressEvent.objects.count()) == (False, 0)
    with django_capture_on_commit_callbacks(execute=True):
        come(session, person)
    assert not is_done(attempt)
    shown = signed_in(person).get(player(attempt)).content.decode()
    assert "It counts as soon as the list of the session is closed." in shown
    with after(session), django_capture_on_commit_callbacks(execute=True):
        close_session(session=session, by=lab.coordinator)
    assert is_done(attempt)
    assert ActivityState.objects.get().data == {
        "session": str(session.uuid),
        "day": timezone.localdate(session.starts_at).isoformat(),
        "needs_signature": False,
        "is_signed": False,
        "is_final": True,
    }
    assert "This part is done." in signed_in(person).get(player(attempt)).content.decode()


def test_with_an_assessor_it_is_completed_once_the_practical_is_signed(
    lab: Lab, django_capture_on_commit_callbacks: Commit
) -> None:
    module, person = module_with(lab, assignment()), lab.member()
    session = lab.session()
    serve_assignment(lab, module)
    assessor = make_member(lab.owner, Role.ASSESSOR)
    session.allocations.create(role="assessor", person=assessor)
    attempt, booking = make_attempt(person, module), book(session, person)
    with django_capture_on_commit_callbacks(execute=True):
        come(session, person)
    assert not is_done(attempt)
    assert "An assessor still has to sign" in signed_in(person).get(player(attempt)).content.decode()
    booking.refresh_from_db()
    with (
        time_machine.travel(session.starts_at + timedelta(minutes=50), tick=False),
        django_capture_on_commit_callbacks(execute=True),
    ):
        asked = request_sign_off(booking=booking, by=assessor)
        criteria = VersionActivity.objects.get(kind="assignment").content["criteria"]
        scores = {each["id"]: "met" for each in criteria}
        sign(request=asked, by=assessor, scores=scores, is_competent=True, feedback="")
    catch_up_everybody()
    assert is_done(attempt)
    assert ActivityState.objects.get(kind=KIND).data["is_signed"] is True


def test_what_was_before_the_attempt_does_not_count(lab: Lab, django_capture_on_commit_callbacks: Commit) -> None:
    module, person, session = module_with(lab), lab.member(), lab.session(at(1))
    book(session, person)
    come(session, person)
    with time_machine.travel(at(3), tick=False), django_capture_on_commit_callbacks(execute=True):
        attempt = make_attempt(person, module)
        assert catch_up_everybody() == []
    assert not is_done(attempt)


def test_the_list_and_the_upkeep_complete_it_once(lab: Lab) -> None:
    module, person, session = module_with(lab), lab.member(), lab.session()
    attempt, booking = make_attempt(person, module), book(session, person)
    with time_machine.travel(session.starts_at, tick=False):
        note_attendance(booking=booking, attendance="present", by=lab.coordinator)
        assert (catch_up_everybody(), is_done(attempt)) == ([], False)
    with after(session):
        close_session(session=session, by=lab.coordinator)
        assert catch_up_everybody() == [f"Completed 1 activities of {person.uuid} in the skillslab."]
        assert (is_done(attempt), catch_up_everybody()) == (True, [])
    assert ProgressEvent.objects.count() == 2


def test_a_correction_of_the_list_leaves_nothing_behind(lab: Lab, django_capture_on_commit_callbacks: Commit) -> None:
    module, person, session = module_with(lab), lab.member(), lab.session()
    attempt, booking = make_attempt(person, module), book(session, person)
    for moment, attendance in ((5, "present"), (10, "no_show")):
        with (
            time_machine.travel(session.starts_at + timedelta(minutes=moment), tick=False),
            django_capture_on_commit_callbacks(execute=True),
        ):
            note_attendance(booking=booking, attendance=attendance, by=lab.coordinator)
    assert ActivityState.objects.get().data["session"] == ""
    assert "You were there." not in signed_in(person).get(player(attempt)).content.decode()
    with after(session), django_capture_on_commit_callbacks(execute=True):
        close_session(session=session, by=lab.coordinator)
        assert catch_up_everybody() == []
    assert (is_done(attempt), ActivityState.objects.get().completed_at) == (False, None)


def test_a_type_that_is_gone_is_explained_to_learner_and_author(lab: Lab) -> None:
    module, person = module_with(lab), lab.member()
    attempt = make_attempt(person, module)
    lab.session_type.slug = "anders"
    lab.session_type.save()
    assert "These sessions are not there any more." in signed_in(person).get(player(attempt)).content.decode()
    body = ModulePage.objects.get(module=module).body
    with pytest.raises(StreamBlockValidationError) as refusal:
        body.stream_block.clean(body)
    assert "not there any more" in str(refusal.value.as_json_data())
    assert type_choices() == [(f"{lab.skillslab.slug}/anders", "Katheter inbrengen (Skillslab Heuvel)")]


def test_an_author_sees_the_types_of_own_skillslabs_and_of_own_modules(lab: Lab) -> None:
    module, stranger = module_with(lab), make_organisation("vreemd")
    away = make_lab(owner=make_organisation("ver"), partner=make_organisation("weg"))
    author, elsewhere = make_member(lab.owner, Role.AUTHOR), make_member(stranger, Role.AUTHOR)
    edit = reverse("wagtailadmin_pages:edit", args=[page_of(module).pk])
    shown = signed_in(author).get(edit).content.decode()
    key, far = (f"{each.skillslab.slug}/{each.session_type.slug}" for each in (lab, away))
    assert (key in shown, far in shown) == (True, False)
    assert [name for name, _title in type_choices(author)] == [key]
    assert type_choices(elsewhere) == []
    make_module(stranger, practice(lab))
    assert [name for name, _title in type_choices(elsewhere)] == [key]


def test_where_the_plugin_is_off_it_is_kept_and_calm(lab: Lab) -> None:
    module, person = module_with(lab), lab.member()
    attempt = make_attempt(person, module)
    plugin_manager.switch(plugin="skillslab", organisation=lab.owner, on=False, by=None)
    shown = signed_in(person).get(player(attempt)).content.decode()
    assert ("data-missing-activity" in shown, "places free" in shown) == (True, False)
    assert VersionActivity.objects.get(kind=KIND).content["text"] == "Neem je pasje mee."


def test_what_is_missing_first_is_one_click_away(lab: Lab) -> None:
    theory = make_module(lab.owner, title="Theorie katheter")
    lab.session_type.prerequisites.create(module=theory)
    module, person = module_with(lab), lab.member()
    lab.session()
    shown = signed_in(person).get(player(make_attempt(person, module))).content.decode()
    assert ("What you need first" in shown, f"/{page_of(theory).slug}/" in shown) == (True, True)


@pytest.mark.parametrize("count", [1, 4])
def test_the_sessions_beside_a_module_take_two_statements_also_where_people_wait(lab: Lab, count: int) -> None:
    lab.session_type.module = make_module(lab.owner)
    lab.session_type.save()
    person = lab.member()
    join(person, lab.partner)  # two employers of theirs are partners
    numbers, found = [], []
    for step in ("nothing", "sessions", "queue"):
        if step == "sessions":
            sessions = [lab.session(at(10 + number)) for number in range(count)]
        if step == "queue":
            fill(lab, sessions[0])
            wait(sessions[0], lab.member())
        reader = User.objects.get(pk=person.pk)
        assert len(reader.staff_organisations) == 2
        with CaptureQueriesContext(connection) as queries:
            openings = openings_of_module(module=lab.session_type.module, person=reader)
        numbers.append(len(queries))
        found.append([(each.session, each.state, each.waiting) for each in openings.slots])
    assert numbers == [1, 2, 2]
    assert found[1] == [(each, "free", 0) for each in sessions[:SHOWN]]
    assert found[2] == [(sessions[0], "full", 1), *found[1][1:]]


@pytest.mark.parametrize("count", [1, 4])
def test_the_player_needs_the_same_queries_for_any_number_of_sessions(lab: Lab, count: int) -> None:
    module, person = module_with(lab), lab.member()
    for number in range(count):
        fill(lab, lab.session(at(10 + number)))
    attempt, client = make_attempt(person, module), signed_in(person)
    client.get(player(attempt))
    with CaptureQueriesContext(connection) as queries:
        client.get(player(attempt))
    reads = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    # the six of any player; type, memberships, sessions with partners, places with kept places and who waits, needs
    assert len(reads) == 11
