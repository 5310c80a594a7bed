"""What a session uses and how it ends: handing out by scanning, swapping, what is printed, closing, and checking the stamp."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lxp.models import Role
from plugins.skillslab.exceptions import AttendanceRefusedError, PiecesMissingError, WrongPieceError
from plugins.skillslab.models import Allocation, AttendanceNote, Booking, Claim, Outage, Resource, Session
from plugins.skillslab.services.bookings.booking import cancel_booking
from plugins.skillslab.services.day.closing import check_list, close_session, list_digest
from plugins.skillslab.services.day.handout import BACK, OUT, pieces_of, scan, shelves_of, swap_piece
from plugins.skillslab.services.personal_data import forget
from tests.factories.people import make_member, make_organisation
from tests.factories.simultaneous import at_once
from tests.plugins.skillslab.lab import Lab, book, make_lab
from tests.plugins.skillslab.test_day import after, during
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def session(lab: Lab) -> Session:
    return coded(lab).session(capacity=4)


def coded(lab: Lab) -> Lab:
    """Every piece of the lab with a code on it and a shelf; the codes are POP-1 and on, the last two share a shelf."""
    for number, piece in enumerate(Resource.objects.pieces().filter(location=lab.location).order_by("pk"), start=1):
        Resource.objects.filter(pk=piece.pk).update(
            name=f"Pop {number}", scan_code=f"POP-{number}", shelf="Kast B" if number == 1 else "Kast A"
        )
    return lab


def codes(session: Session) -> list[str]:
    return [each.resource.scan_code for each in pieces_of(session)]


# ── handing out ──


def test_a_piece_goes_out_and_comes_back_and_twice_is_once(lab: Lab, session: Session) -> None:
    (code, _other), teacher = codes(session), lab.teachers[0]
    with during(session, -20):
        first = scan(session=session, code=f" {code.lower()} ", direction=OUT, by=teacher)
        out_at = timezone.now()
    with during(session):
        again = scan(session=session, code=code, direction=OUT, by=teacher)
    with after(session):
        back = scan(session=session, code=code, direction=BACK, by=teacher)
        once_more = scan(session=session, code=code, direction=BACK, by=teacher)
        assert back.allocation.returned_at == timezone.now()
    assert [each.is_new for each in (first, again, back, once_more)] == [True, False, True, False]
    assert (first.words, back.words) == ("“Pop 1” is handed out.", "“Pop 1” came back. It belongs here: Kast B.")
    stored = Allocation.objects.get(resource__scan_code=code)
    assert (stored.handed_out_at, stored.handed_out_by, stored.returned_to) == (out_at, teacher, teacher)


@pytest.mark.parametrize("what", ["unknown", "empty", "room", "other lab", "early", "not out", "unbooked kind"])
def test_what_cannot_be_handed_out_says_why(lab: Lab, session: Session, what: str) -> None:
    (code, _other), teacher = codes(session), lab.teachers[0]
    Resource.objects.filter(pk=lab.room.pk).update(scan_code="ZAAL")
    elsewhere = make_lab(owner=lab.owner, partner=lab.partner)
    Resource.objects.filter(pk=elsewhere.room.pk).update(scan_code="ELDERS")
    asked = {"unknown": "X1", "empty": "  ", "room": "zaal", "other lab": "ELDERS", "unbooked kind": "POP-3"}
    words = {
        "unknown": "Nothing has the code “X1”",
        "empty": "Nothing has the code",
        "room": "is a room",
        "other lab": "of another skillslab",
        "early": "from a day before",
        "not out": "was not handed out",
        "unbooked kind": "is not of this session",
    }
    direction = BACK if what in ("not out", "unbooked kind") else OUT
    with during(session, -25 * 60 if what == "early" else 0), pytest.raises(WrongPieceError, match=words[what]):
        scan(session=session, code=asked.get(what, code), direction=direction, by=teacher)
    assert not Allocation.objects.filter(handed_out_at__isnull=False).exists()


def test_a_piece_of_another_session_says_whose_it_is(lab: Lab, session: Session) -> None:
    lab.add_room("Lab 9")
    lab.add_teacher()
    other = lab.session(session.starts_at + timedelta(hours=1), capacity=2)
    (code,) = codes(other)
    with during(session), pytest.raises(WrongPieceError) as refusal:
        scan(session=session, code=code, direction=OUT, by=lab.teachers[0])
    assert "belongs to “Katheter inbrengen”" in str(refusal.value)
    assert ("10:00, Lab" in str(refusal.value), refusal.value.instead_of) == (True, ())


def test_a_free_piece_of_the_same_kind_can_be_taken_instead_and_the_other_is_free_at_once(
    lab: Lab, session: Session
) -> None:
    teacher, (first, second) = lab.teachers[0], pieces_of(session)
    with during(session):
        with pytest.raises(WrongPieceError) as refusal:
            scan(session=session, code="POP-3", direction=OUT, by=teacher)
        assert refusal.value.instead_of == (first, second)
        scan(session=session, code=second.resource.scan_code, direction=OUT, by=teacher)
        for _twice in range(2):
            swapped = swap_piece(session=session, allocation=first, code="pop-3", by=teacher)
        now = int(timezone.now().timestamp()) // 900
        with pytest.raises(WrongPieceError, match="needs no more"):
            scan(session=session, code=first.resource.scan_code, direction=OUT, by=teacher)
    assert (swapped.is_new, codes(session)) == (False, [second.resource.scan_code, "POP-3"])
    assert not Claim.objects.filter(resource=first.resource).exists()
    taken = Claim.objects.filter(resource__scan_code="POP-3").order_by("quarter")
    assert (taken.first().quarter, taken.last().quarter) == (now, int(session.ends_at.timestamp()) // 900)


def test_a_forged_number_of_a_piece_is_not_there(lab: Lab, session: Session) -> None:
    page = reverse("skillslab:swap", args=[session.uuid])
    with during(session):
        client = signed_in(lab.teachers[0])
        answers = [client.post(page, {"code": "POP-3", "instead_of": each}) for each in ("9" * 5000, "-1", "١", "")]
    assert [each.status_code for each in answers] == [404] * 4


def test_a_broken_piece_is_not_offered(lab: Lab, session: Session) -> None:
    piece = Resource.objects.get(scan_code="POP-3")
    Outage.objects.create(resource=piece, starts_at=session.starts_at, ends_at=session.ends_at, reason="Arm los")
    with during(session), pytest.raises(WrongPieceError, match="cannot be used now: Arm los"):
        scan(session=session, code="POP-3", direction=OUT, by=lab.teachers[0])


def test_the_database_refuses_what_comes_back_before_it_went_out(lab: Lab, session: Session) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(session=session, role="equipment").update(returned_at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_free_piece_that_two_sessions_want_at_once_goes_to_one() -> None:
    lab = make_lab()
    lab.add_room()
    lab.add_teacher()
    first, second = lab.session(capacity=2), lab.session(capacity=2)
    coded(lab)
    with during(first):
        results = at_once(
            [
                partial(swap_piece, session=each, allocation=pieces_of(each)[0], code="POP-3", by=lab.coordinator)
                for each in (first, second)
            ]
        )
    assert sorted(type(each).__name__ for each in results) == ["Scanned", "WrongPieceError"]
    assert Allocation.objects.filter(resource__scan_code="POP-3").count() == 1
    assert Claim.objects.filter(resource__scan_code="POP-3").values("allocation").distinct().count() == 1


def test_the_screen_keeps_the_code_offers_the_swap_and_asks_for_the_camera(lab: Lab, session: Session) -> None:
    page, swap = (reverse(f"skillslab:{name}", args=[session.uuid]) for name in ("handout", "swap"))
    with during(session):
        client = signed_in(lab.teachers[0])
        shown = client.get(page)
        assert shown.headers["Permissions-Policy"].startswith("camera=(self)")
        refused = client.post(page, {"code": "POP-3", "naar": "out"})
        text = refused.content.decode()
        assert (refused.status_code, 'value="POP-3"' in text, "Take it in place of Pop 1" in text) == (409, True, True)
        allocation = pieces_of(session)[0]
        assert client.post(swap, {"code": "POP-3", "instead_of": allocation.pk}).url == f"{page}?naar=out"
        assert client.post(swap, {"code": "POP-3", "instead_of": "x"}).status_code == 404
        done = client.post(page, {"code": "POP-3", "naar": "back"}, follow=True).content.decode()
        assert ("“Pop 3” came back." in done, "1 to hand out, 0 out, 1 back" in done) == (True, True)


def test_other_pages_still_refuse_the_camera(lab: Lab, session: Session) -> None:
    page = signed_in(lab.teachers[0]).get(reverse("skillslab:sheet", args=[session.uuid]))
    assert page.headers["Permissions-Policy"].startswith("camera=()")


# ── what is printed ──


def test_the_list_to_lay_ready_goes_by_shelf_and_the_sheet_has_a_line_for_each_place(
    lab: Lab, session: Session
) -> None:
    book(session, lab.member(first_name="Olga", last_name="Eigen"))
    client = signed_in(lab.teachers[0])
    assert [(each.name, [piece.resource.name for piece in each.pieces]) for each in shelves_of(session)] == [
        ("Kast A", ["Pop 2"]),
        ("Kast B", ["Pop 1"]),
    ]
    picked = client.get(reverse("skillslab:pick_list", args=[session.uuid])).content.decode()
    assert picked.index("Kast A") < picked.index("POP-2") < picked.index("Kast B") < picked.index("POP-1")
    sheet = client.get(reverse("skillslab:room_sheet", args=[session.uuid])).content.decode()
    assert ("Olga Eigen" in sheet, "Toos Leraar" in sheet, sheet.count("daytable__sign")) == (True, True, 4)


@pytest.mark.parametrize("name", ["room_sheet", "pick_list", "handout", "screen", "attendance_list", "walk_ins"])
def test_the_screens_of_the_day_are_for_who_teaches_or_runs_it(lab: Lab, session: Session, name: str) -> None:
    page = reverse(f"skillslab:{name}", args=[session.uuid])
    people = (
        lab.coordinator,
        lab.teachers[0],
        make_member(lab.partner, Role.COORDINATOR),
        lab.member(),
        make_member(make_organisation()),
    )
    assert [signed_in(each).get(page).status_code for each in people] == [200, 200, 403, 403, 404]


# ── closing ──


def test_closing_names_who_is_left_and_what_is_missing_and_loses_no_choice(lab: Lab, session: Session) -> None:
    came, stayed, ill = (book(session, lab.member()) for _number in range(3))
    late = book(session, lab.member())
    (code, _other), page = codes(session), reverse("skillslab:close", args=[session.uuid])
    with during(session, -60):
        cancel_booking(booking=late, by=late.person, reason="Dienst")
    with during(session):
        scan(session=session, code=code, direction=OUT, by=lab.teachers[0])
        signed_in(lab.teachers[0]).post(reverse("skillslab:attendance", args=[came.pk]), {"attendance": "present"})
        assert signed_in(lab.coordinator).post(page).status_code == 422  # not over yet
    with after(session):
        client = signed_in(lab.coordinator)
        half = client.post(page, {f"p{stayed.pk}": "no_show", f"p{ill.pk}": "excused"})
        text = half.content.decode()
        assert (half.status_code, "1 person is left." in text, text.count(" checked")) == (422, True, 2)
        assert set(Booking.objects.values_list("attendance", flat=True)) == {"", "present"}
        judged = {f"p{stayed.pk}": "no_show", f"p{ill.pk}": "excused", f"p{late.pk}": "no_show"}
        missing = client.post(page, judged)
        assert (missing.status_code, "This did not come back: Pop 1." in missing.content.decode()) == (422, True)
        done = client.post(page, {**judged, "sure": "1"})
        assert done.url == reverse("skillslab:verify_list", args=[session.uuid])
        assert client.get(page).url == done.url
        shown = client.get(done.url).content.decode()
        back = scan(session=Session.objects.get(pk=session.pk), code=code, direction=BACK, by=lab.teachers[0])
    assert [Booking.objects.get(pk=each.pk).attendance for each in (came, stayed, ill, late)] == [
        "present",
        "no_show",
        "excused",
        "no_show",
    ]
    assert ("Pop 1 (POP-1)" in shown, "This list is still as it was closed." in shown) == (True, True)
    assert back.is_new is True


def test_only_who_runs_it_closes_and_judges(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member())
    page = reverse("skillslab:close", args=[session.uuid])
    with after(session):
        assert signed_in(lab.teachers[0]).post(page, {f"p{booking.pk}": "no_show"}).status_code == 403
        with pytest.raises(PermissionDenied):
            close_session(session=session, by=lab.teachers[0], judged={booking.pk: "no_show"})
    assert (Booking.objects.get().attendance, AttendanceNote.objects.count()) == ("", 0)


def test_missing_pieces_refuse_the_whole_closing(lab: Lab, session: Session) -> None:
    booking = book(session, lab.member())
    with during(session):
        scan(session=session, code=codes(session)[0], direction=OUT, by=lab.teachers[0])
    with after(session), pytest.raises(PiecesMissingError):
        close_session(session=session, by=lab.coordinator, judged={booking.pk: "present"})
    assert (Booking.objects.get().attendance, Session.objects.get().state) == ("", "published")


@pytest.mark.django_db(transaction=True)
def test_two_coordinators_who_close_at_once_make_one_stamp() -> None:
    lab = make_lab()
    session = lab.session(capacity=2)
    booking = book(session, lab.member())
    second = make_member(lab.owner, Role.COORDINATOR)
    with after(session):
        close = partial(close_session, session=session, judged={booking.pk: "present"})
        results = at_once([partial(close, by=lab.coordinator), partial(close, by=second)])
    assert [type(each) for each in results] == [Session, Session]
    assert {each.list_digest for each in results} == {list_digest(Session.objects.get())}
    assert AttendanceNote.objects.count() == 1


# ── the stamp ──


@pytest.fixture
def closed(lab: Lab) -> Session:
    session = lab.session(capacity=3)
    for _number in range(3):
        book(session, lab.member())
    with after(session):
        judged = dict.fromkeys(session.bookings.values_list("pk", flat=True), "present")
        return close_session(session=session, by=lab.coordinator, judged=judged)


def test_a_stamp_says_whether_the_list_is_still_what_it_was(closed: Session) -> None:
    verdict = check_list(session=closed)
    assert (verdict.state, verdict.lines, verdict.stamp) == ("right", 3, closed.list_digest)
    booking = Booking.objects.first()
    Booking.objects.filter(pk=booking.pk).update(attendance="no_show")
    changed = check_list(session=closed)
    assert (changed.state, changed.lines, changed.gone, changed.added) == ("changed", 2, 1, 1)
    Booking.objects.filter(pk=booking.pk).update(attendance="present")
    assert check_list(session=closed).state == "right"
    Session.objects.update(ends_at=closed.ends_at + timedelta(hours=1))
    assert check_list(session=Session.objects.get()).state == "changed"


def test_forgetting_somebody_leaves_the_rest_of_a_stamp_right(closed: Session) -> None:
    forget(person=Booking.objects.first().person)
    verdict = check_list(session=Session.objects.get())
    assert (verdict.state, verdict.lines, verdict.gone, verdict.added) == ("forgotten", 2, 1, 0)


def test_a_paper_is_compared_by_the_first_characters_of_its_stamp(lab: Lab, closed: Session) -> None:
    page = reverse("skillslab:verify_list", args=[closed.uuid])
    client = signed_in(lab.coordinator)
    right = client.get(page, {"stempel": f"{closed.list_digest[:4].upper()} {closed.list_digest[4:8]}"})
    wrong = client.get(page, {"stempel": "0000000000"})
    short = client.get(page, {"stempel": closed.list_digest[:3]})
    same = "Your paper has the stamp of this list."
    assert [same in each.content.decode() for each in (right, wrong, short)] == [True, False, False]
    assert closed.list_digest in right.content.decode()
    assert signed_in(lab.member()).get(page).status_code == 403


def test_a_list_that_is_not_closed_has_nothing_to_check(lab: Lab, session: Session) -> None:
    page = reverse("skillslab:verify_list", args=[session.uuid])
    assert signed_in(lab.coordinator).get(page).url == reverse("skillslab:attendance_list", args=[session.uuid])
    book(session, lab.member())
    with after(session), pytest.raises(AttendanceRefusedError):
        close_session(session=session, by=lab.coordinator)


def test_a_session_that_is_over_stays_with_its_coordinator_until_it_is_closed(lab: Lab, session: Session) -> None:
    planned = reverse("skillslab:planned")
    close = reverse("skillslab:close", args=[session.uuid])
    with after(session):
        client = signed_in(lab.coordinator)
        before = client.get(planned).content.decode()
        close_session(session=session, by=lab.coordinator)
        gone = client.get(planned).content.decode()
    assert (close in before, close in gone) == (True, False)


def test_who_does_not_run_a_session_is_not_asked_to_close_its_list(lab: Lab, session: Session) -> None:
    other = make_member(lab.partner, Role.COORDINATOR)
    with after(session):
        shown = signed_in(other).get(reverse("skillslab:planned")).content.decode()
        assert reverse("skillslab:sheet", args=[session.uuid]) in shown
        assert reverse("skillslab:close", args=[session.uuid]) not in shown


def test_the_list_of_all_sessions_has_pages(lab: Lab, session: Session) -> None:
    fields = [each.attname for each in Session._meta.concrete_fields if not each.primary_key]
    values = {name: getattr(session, name) for name in fields}
    moments = [session.starts_at + timedelta(minutes=each) for each in range(1, 51)]
    copies = [Session(**{**values, "uuid": uuid4(), "starts_at": each}) for each in moments]
    Session.objects.bulk_create(copies)
    client = signed_in(lab.coordinator)
    first, second = (client.get(reverse("skillslab:planned"), {"p": each}).context["lines"] for each in (1, 2))
    assert (len(first), len(second), first.paginator.count) == (50, 1, 51)
    assert second[0].session == copies[-1]
    assert "?p=2" in client.get(reverse("skillslab:planned")).content.decode()
