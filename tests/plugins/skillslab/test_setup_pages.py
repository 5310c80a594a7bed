"""The screens of who looks after a skillslab: add, change, retire, and see first what that does."""

from __future__ import annotations

import re
from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from lxp.models import AuditEvent, Role
from plugins.skillslab.models import (
    Absence,
    Allocation,
    Booking,
    Closure,
    EquipmentKind,
    Location,
    Offer,
    OpeningHours,
    Outage,
    Partner,
    Prerequisite,
    Replacement,
    Resource,
    Session,
    SessionType,
    Skillslab,
    Teacher,
)
from plugins.skillslab.services.notices.calendars import calendar_of
from plugins.skillslab.services.notices.staff import staff_digest
from tests.factories.modules import make_module, reflection
from tests.factories.people import make_member, make_organisation
from tests.plugins.skillslab.lab import Lab, at, book, fill, wait
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def client(lab: Lab) -> Client:
    return signed_in(lab.coordinator)


def page(lab: Lab, name: str, *rest: object) -> str:
    return reverse(f"skillslab:{name}", args=[lab.skillslab.uuid, *rest])


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def piece_of(session: Session) -> Resource:
    return session.allocations.filter(role="equipment").order_by("pk")[0].resource


def seen_in(content: str) -> str:
    return re.search(r'name="seen" value="(\w+)"', content)[1]


# ── what touches nobody ──────────────────────────────────────────────────────────────────────────────────────


def test_six_pieces_at_once_have_numbers_and_codes_of_their_own(lab: Lab, client: Client) -> None:
    form = {"number": 6, "location": lab.location.uuid, "shelf": "kast 2", "with_codes": "on"}
    Resource.objects.filter(pk=lab.room.pk).update(name="Oefenpop 2")
    client.post(page(lab, "pieces_add", lab.manikin.slug), form)
    added = Resource.objects.filter(shelf="kast 2").order_by("pk").values_list("name", "scan_code")
    names = [f"Oefenpop {number}" for number in (1, 3, 4, 5, 6, 7)]
    assert list(added) == [(name, f"HEU-OEFE-0{name[-1]}") for name in names]
    labels = client.get(page(lab, "labels", lab.manikin.slug)).content.decode()
    assert (labels.count('class="qr"'), "HEU-OEFE-07" in labels) == (6, True)


def test_bad_input_says_what_is_wrong_and_keeps_what_was_typed(lab: Lab, client: Client) -> None:
    form = {"name": "Lab 1", "capacity": 0, "setup_minutes": 10, "cleanup_minutes": 5}
    response = client.post(page(lab, "room_add", lab.location.uuid), form)
    content = response.content.decode()
    assert (response.status_code, Resource.objects.rooms().count()) == (422, 1)
    assert "A room is for one person at least." in content
    response = client.post(page(lab, "room_add", lab.location.uuid), {**form, "capacity": 8})
    content = response.content.decode()
    assert "This location has something with this name already." in content
    assert 'value="Lab 1"' in content
    assert Resource.objects.rooms().count() == 1


def test_a_location_has_an_address_travel_times_hours_and_rooms(lab: Lab, client: Client) -> None:
    form = {"name": "Dalhof", "address": "Dalweg 2", "travel_minutes": 25, f"travel_{lab.partner.pk}": 10}
    client.post(page(lab, "location_add"), form)
    place = Location.objects.get(name="Dalhof")
    assert list(place.travel_times.values_list("organisation", "minutes")) == [(lab.partner.pk, 10)]
    client.post(page(lab, "hours", place.uuid), {"opens_1_0": "09:00", "closes_1_0": "17:00"})
    assert list(place.opening_hours.values_list("weekday", "opens_at", "closes_at")) == [(1, time(9), time(17))]
    client.post(
        page(lab, "room_add", place.uuid), {"name": "Zaal", "capacity": 8, "setup_minutes": 0, "cleanup_minutes": 0}
    )
    content = client.get(page(lab, "location", place.uuid)).content.decode()
    assert [words in content for words in ("Dalweg 2", "Zaal", "09:00 – 17:00", "10 min")] == [True] * 4


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"opens_1_0": "09:00"}, "Fill in both times"),
        ({"opens_1_0": "09:00", "closes_1_0": "08:00"}, "closes after it opens"),
        ({"opens_1_0": "x", "closes_1_0": "08:00"}, "Enter a valid time"),
    ],
)
def test_hours_that_cannot_be_are_refused(lab: Lab, client: Client, form: dict[str, str], words: str) -> None:
    response = client.post(page(lab, "hours", lab.location.uuid), form)
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert OpeningHours.objects.count() == 7


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (day(0), day(-1), "not over"),
        (day(0), "9999-12-31", "within three years"),
        ("0001-01-01", day(1), "within three years"),
        (day(5), day(4), "ends after it starts"),
    ],
)
def test_periods_that_cannot_be_are_refused(lab: Lab, client: Client, first: str, last: str, words: str) -> None:
    form = {"first_day": first, "last_day": last, "reason": "lek"}
    response = client.post(page(lab, "outage_add", lab.room.uuid), form)
    assert (response.status_code, words in response.content.decode()) == (422, True)
    assert Outage.objects.exists() is False


def test_a_kind_is_removed_only_while_nothing_uses_it(lab: Lab, client: Client) -> None:
    client.post(page(lab, "kind_add"), {"name": "Tillift"})
    assert EquipmentKind.objects.get(name="Tillift").slug == "tillift"
    client.post(page(lab, "kind_delete", "tillift"))
    client.post(page(lab, "kind_delete", lab.manikin.slug))
    assert list(EquipmentKind.objects.values_list("name", flat=True)) == ["Oefenpop"]


def test_a_type_of_session_with_needs_and_what_people_must_have(lab: Lab, client: Client) -> None:
    module = make_module(lab.owner, reflection(), title="Theorie")
    numbers = {"minutes": 90, "setup_minutes": 30, "cleanup_minutes": 15, "minimum": 2, "maximum": 8, "assessors": 1}
    need = {f"pieces_{lab.manikin.pk}": 1, f"people_{lab.manikin.pk}": 2}
    client.post(page(lab, "type_add"), {"title": "Injecteren", "people_per_instructor": 8, **numbers, **need})
    made = SessionType.objects.get(slug="injecteren")
    assert list(made.equipment_needs.values_list("equipment_kind", "pieces", "people")) == [(lab.manikin.pk, 1, 2)]
    client.post(page(lab, "prerequisite_add", made.uuid), {"module": module.uuid})
    assert Prerequisite.objects.get().module == module
    refused = client.post(page(lab, "prerequisite_add", made.uuid), {})
    assert (refused.status_code, "Choose a module, or a skill" in refused.content.decode()) == (422, True)
    client.post(page(lab, "prerequisite_remove", Prerequisite.objects.get().pk))
    assert Prerequisite.objects.exists() is False
    bad = {"title": "x", "people_per_instructor": 0, **numbers, "minimum": 9}
    assert client.post(page(lab, "type_add"), bad).status_code == 422
    assert SessionType.objects.count() == 2


def test_the_rules_are_kept_with_the_price_in_cents(lab: Lab, client: Client) -> None:
    form = {"name": "Lab", "cancel_hours": 48, "offer_hours": 12, "book_until_minutes": 60, "price": "18.50"}
    client.post(page(lab, "rules"), form)
    kept = Skillslab.objects.get()
    assert (kept.cancel_hours, kept.offer_hours, kept.seat_hour_cents) == (48, 12, 1850)
    assert client.post(page(lab, "rules"), {**form, "offer_hours": 0}).status_code == 422
    assert Skillslab.objects.get().offer_hours == 12


def test_a_partner_with_people_to_come_stays(lab: Lab, client: Client) -> None:
    booking = book(lab.session(), lab.member(lab.partner), lab.partner)
    partner = Partner.objects.get(organisation=lab.partner)
    content = client.post(page(lab, "partner_remove", partner.pk), follow=True).content.decode()
    assert ("1 people of Dalzorg have a place" in content, Partner.objects.count()) == (True, 2)
    Booking.objects.filter(pk=booking.pk).update(state="cancelled", cancelled_at=timezone.now())
    client.post(page(lab, "partner_remove", partner.pk))
    assert [each.organisation for each in Partner.objects.all()] == [lab.owner]
    client.post(page(lab, "partners"), {"organisation": lab.partner.slug})
    assert Partner.objects.count() == 2


def test_teachers_are_found_by_name_at_home_and_by_their_whole_address_elsewhere(lab: Lab, client: Client) -> None:
    own = lab.member(first_name="Vera", last_name="Vroom")
    other = lab.member(lab.partner, first_name="Vera", last_name="Vink")
    url = page(lab, "teacher_find")
    content = client.get(url, {"wie": "vera"}).content.decode()
    assert ("Vera Vroom" in content, "Vera Vink" in content) == (True, False)
    client.post(f"{url}?wie=vera", {"membership": other.current_memberships[0].pk})
    assert Teacher.objects.filter(person=other).exists() is False
    client.post(f"{url}?wie={other.email}", {"membership": other.current_memberships[0].pk})
    client.post(f"{url}?wie=vroom", {"membership": own.current_memberships[0].pk})
    assert set(Teacher.objects.values_list("person", flat=True)) == {lab.teachers[0].pk, own.pk, other.pk}


# ── what touches somebody ────────────────────────────────────────────────────────────────────────────────────


def test_out_of_order_is_seen_first_and_then_one_push_gives_sessions_another_piece(lab: Lab, client: Client) -> None:
    session = lab.session()
    book(session, lab.member(first_name="Sanne", last_name="Janssen"))
    piece = piece_of(session)
    url = page(lab, "outage_add", piece.uuid)
    form = {"first_day": day(1), "last_day": day(15), "reason": "lek"}
    content = client.post(url, form).content.decode()
    assert [words in content for words in ("It touches 1 session.", "Sanne Janssen", f"instead of {piece}")] == [
        True
    ] * 3
    assert ('value="lek"' in content, Outage.objects.exists()) == (True, False)
    response = client.post(url, {**form, "seen": seen_in(content), "mend": "1"}, follow=True)
    assert "Sessions that have something else now: 1." in response.content.decode()
    assert (Outage.objects.get().resource, piece_of(session) != piece) == (piece, True)


def test_what_changed_between_looking_and_saving_is_shown_again(lab: Lab, client: Client) -> None:
    session = lab.session()
    url = page(lab, "outage_add", piece_of(session).uuid)
    form = {"first_day": day(1), "last_day": day(15), "reason": "lek"}
    seen = seen_in(client.post(url, form).content.decode())
    book(session, lab.member())
    response = client.post(url, {**form, "seen": seen, "mend": "1"})
    assert (response.status_code, "Something changed since you looked" in response.content.decode()) == (409, True)
    assert Outage.objects.exists() is False


def test_what_cannot_be_mended_is_a_task_that_leads_to_a_free_moment(lab: Lab, client: Client) -> None:
    session = lab.session(capacity=6)
    url = page(lab, "closure_add", lab.location.uuid)
    form = {"first_day": day(10), "last_day": day(10), "reason": "lekkage"}
    content = client.post(url, form).content.decode()
    assert 'name="mend"' not in content
    client.post(url, {**form, "seen": seen_in(content)})
    assert Closure.objects.count() == 1
    planned = client.get(reverse("skillslab:planned")).content.decode()
    solve = reverse("skillslab:solve", args=[session.uuid])
    assert ("0 clashes" in planned, solve in planned, "lekkage" in planned) == (True, True, True)
    solved = client.get(solve).content.decode()
    link = re.search(r'href="([^"]*verzetten/\?location=[^"]+)"', solved)[1].replace("&amp;", "&")
    shown = client.get(link).content.decode()
    assert (f'value="{day(9)}"' in shown, 'value="20:00"' in shown) == (True, True)


def test_a_task_is_solved_with_one_push(lab: Lab, client: Client) -> None:
    session = lab.session()
    piece = piece_of(session)
    Outage.objects.create(resource=piece, starts_at=at(9), ends_at=at(12), reason="lek")
    url = reverse("skillslab:solve", args=[session.uuid])
    seen = seen_in(client.get(url).content.decode())
    assert client.post(url, {"seen": "x"}).status_code == 409
    assert piece_of(session) == piece
    client.post(url, {"seen": seen})
    assert piece_of(session) != piece


def test_absence_is_only_a_time_and_is_over_when_somebody_says_so(lab: Lab, client: Client) -> None:
    teacher = Teacher.objects.get()
    client.post(page(lab, "absence_add", teacher.pk), {"first_day": day(3), "last_day": day(4)})
    absence = Absence.objects.get()
    assert (absence.starts_at, absence.ends_at) == (at(3, 0), at(5, 0))
    client.post(page(lab, "absence_end", absence.pk))
    assert Absence.objects.exists() is False


def test_retiring_keeps_the_past_and_can_be_undone(lab: Lab, client: Client) -> None:
    client.post(page(lab, "thing_retire", lab.room.uuid), {"sure": "1"})
    client.post(page(lab, "location_retire", lab.location.uuid), {"sure": "1"})
    lab.room.refresh_from_db()
    lab.location.refresh_from_db()
    assert (lab.room.retired_at is None, lab.location.retired_at is None) == (False, False)
    client.post(page(lab, "location_retire", lab.location.uuid), {"sure": "1"})
    lab.location.refresh_from_db()
    assert lab.location.retired_at is None


# ── a teacher falls ill ──────────────────────────────────────────────────────────────────────────────────────


def states(person) -> list[tuple[str, int]]:
    return [
        (str(each["status"]), int(each["sequence"])) for each in Calendar.from_ical(calendar_of(person=person)).events
    ]


def test_one_push_replaces_an_ill_teacher_and_both_calendars_hear_it(lab: Lab, client: Client) -> None:
    session, ill = lab.session(), lab.teachers[0]
    well, busy = lab.add_teacher(), lab.add_teacher()
    Absence.objects.create(teacher=Teacher.objects.get(person=busy), starts_at=at(9), ends_at=at(12))
    allocation = Allocation.objects.get(person=ill)
    url = reverse("skillslab:replace", args=[allocation.pk])
    content = client.get(url).content.decode()
    assert (str(well.uuid) in content, str(busy.uuid) in content) == (True, False)
    assert client.post(url, {"person": str(busy.uuid)}).status_code == 409
    since = timezone.now()
    client.post(url, {"person": str(well.uuid)})
    assert Allocation.objects.get(role="instructor").person == well
    assert (states(ill), states(well)) == ([("CANCELLED", 1)], [("CONFIRMED", 1)])
    titles = [str(each.title) for person in (ill, well) for each in staff_digest(person=person, since=since)]
    assert titles == ["Somebody else teaches: Katheter inbrengen", "You teach: Katheter inbrengen"]
    assert Replacement.objects.get().session == session


def test_nobody_else_is_said_with_why(lab: Lab, client: Client) -> None:
    lab.session()
    other = lab.add_teacher()
    Absence.objects.create(teacher=Teacher.objects.get(person=other), starts_at=at(9), ends_at=at(12))
    url = reverse("skillslab:replace", args=[Allocation.objects.get(role="instructor").pk])
    content = client.get(url).content.decode()
    assert ("Nobody may and can" in content, "is somewhere else then, or cannot come" in content) == (True, True)


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_more_places_are_offered_to_who_waits(lab: Lab, client: Client) -> None:
    session, waiting = lab.session(), lab.member()
    fill(lab, session)
    wait(session, waiting)
    url = reverse("skillslab:capacity", args=[session.uuid])
    content = client.post(url, {"capacity": 4}, follow=True).content.decode()
    assert "offered a place: 1." in content
    assert (Offer.objects.get().entry.person, session.allocations.filter(role="equipment").count()) == (waiting, 2)


def test_fewer_places_than_booked_names_with_whom_to_talk(lab: Lab, client: Client) -> None:
    session = lab.session()
    book(session, lab.member(first_name="Anna", last_name="Eerst"))
    book(session, lab.member(first_name="Bea", last_name="Laatst"))
    response = client.post(reverse("skillslab:capacity", args=[session.uuid]), {"capacity": 1})
    content = response.content.decode()
    assert (response.status_code, content.index("Bea Laatst") < content.index("Anna Eerst")) == (422, True)
    session.refresh_from_db()
    assert session.capacity == 2
    looked = AuditEvent.objects.filter(action="booking.looked").select_related("person")
    assert {each.person.first_name for each in looked} == {"Anna", "Bea"}


def test_a_move_that_changed_since_it_was_seen_is_shown_again(lab: Lab, client: Client) -> None:
    session = lab.session()
    url = reverse("skillslab:move", args=[session.uuid])
    form = {"location": lab.location.uuid, "day": day(12), "at": "10:00"}
    seen = seen_in(client.post(url, form).content.decode())
    book(session, lab.member())
    assert client.post(url, {**form, "sure": "1", "seen": seen}).status_code == 409
    session.refresh_from_db()
    assert session.starts_at == at(10)
    again = seen_in(client.post(url, form).content.decode())
    assert client.post(url, {**form, "sure": "1", "seen": again}).status_code == 302
    session.refresh_from_db()
    assert session.starts_at == at(12, 10)


# ── who may ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_coordinator_of_another_partner_looks_after_nothing(lab: Lab) -> None:
    session = lab.session()
    planner = signed_in(make_member(lab.partner, Role.COORDINATOR))
    allocation = session.allocations.get(role="instructor")
    urls = [page(lab, name) for name in ("locations", "kinds", "teachers", "session_types", "partners", "rules")]
    urls += [page(lab, "outage_add", lab.room.uuid), page(lab, "pieces_add", lab.manikin.slug)]
    urls += [reverse(f"skillslab:{name}", args=[session.uuid]) for name in ("solve", "capacity", "move")]
    urls.append(reverse("skillslab:replace", args=[allocation.pk]))
    assert [(url, planner.get(url).status_code) for url in urls] == [(url, 403) for url in urls]
    assert planner.get(reverse("skillslab:planned")).status_code == 200
    stranger = signed_in(make_member(make_organisation()))
    assert {stranger.get(url).status_code for url in urls} == {404}


@pytest.mark.parametrize("count", [1, 3])
def test_tasks_cost_the_same_for_any_number_of_sessions(lab: Lab, client: Client, count: int) -> None:
    for number in range(count):
        lab.session(at(10 + number))
    Resource.objects.filter(pk=lab.room.pk).update(capacity=1)
    client.get(reverse("skillslab:planned"))
    with CaptureQueriesContext(connection) as queries:
        content = client.get(reverse("skillslab:planned")).content.decode()
    assert content.count("Solve this") == count
    reads = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert len(reads) == 19  # what signs in, the list with its count, and fourteen for what there is
