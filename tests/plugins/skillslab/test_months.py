"""The figures of a month: they add up to the last cent, and say nothing about fewer than five people."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.db import connection
from django.http import FileResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lxp.models import Membership, Organisation, Role
from lxp.workbook import Sheet, workbook_response
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.figures.months import Report, report_of
from skills_graph.services.profiles import link_job
from tests.factories.frameworks import make_profile
from tests.factories.people import make_member, make_organisation
from tests.plugins.skillslab.lab import Lab, at, book
from tests.plugins.skillslab.test_pages import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def _winter():
    with time_machine.travel("2026-02-02 09:00+01:00", tick=False):
        yield


@pytest.fixture
def month(lab: Lab) -> Lab:
    """Seven carers and five others of the owner, and six carers of the partner; two of them in the second room."""
    lab.skillslab.seat_hour_cents = 1250
    lab.skillslab.save()
    lab.add_pieces(20)
    lab.session_type.minutes = 100
    lab.session_type.save()
    lab.add_room("Lab 2")
    for _each in range(2):
        lab.add_teacher()
    big, small = lab.session(at(5), capacity=16), lab.session(at(5), capacity=4)
    for organisation in (lab.owner, lab.partner):
        link_job(organisation=organisation, job="Verzorgende", profile=make_profile("Carer"))
    come(lab, big, lab.owner, 7, "Verzorgende")
    come(lab, big, lab.owner, 3, "")
    come(lab, small, lab.owner, 2, "")
    come(lab, big, lab.partner, 6, "Verzorgende")
    return lab


def come(lab: Lab, session: Session, organisation: Organisation, count: int, job: str) -> list[Booking]:
    people = [lab.member(organisation) for _each in range(count)]
    Membership.objects.filter(person__in=people).update(job=job)
    return [book(session, each) for each in people]


def february(lab: Lab) -> Report:
    first = at(-1).date()
    return report_of(skillslab=lab.skillslab, first=first, last=first + timedelta(days=27))


def table(rows) -> list[tuple]:
    return [(row.level, row.name, row.amounts and dict(row.amounts)) for row in rows]


def test_what_organisations_pay_adds_up_and_small_groups_stand_together(month: Lab) -> None:
    assert [
        (row.level, row.name, row.get("used"), row.hours, row.euros) for row in february(month).organisation_rows
    ] == [
        (0, "Total", 18, "30:00", "374,94"),
        (1, "Dalzorg", 6, "10:00", "124,98"),
        (2, "Carer", 6, "10:00", "124,98"),
        (1, "Heuvelzorg", 12, "20:00", "249,96"),
        (2, "Carer", 7, "11:40", "145,81"),
        (2, "Without a job profile", 5, "8:20", "104,15"),
    ]


def test_the_use_of_rooms_withholds_two_people_and_the_room_beside_them(month: Lab) -> None:
    assert table(february(month).room_rows) == [
        (0, "Total", {"sessions": 2, "offered": 20, "used": 18}),
        (1, "Heuvelhof", {"sessions": 2, "offered": 20, "used": 18}),
        (2, "Others together", {"sessions": 2, "offered": 20, "used": 18}),
    ]
    assert table(february(month).type_rows)[1:] == [
        (1, "Katheter inbrengen", {"sessions": 2, "offered": 20, "used": 18})
    ]


def test_an_organisation_of_four_people_takes_another_with_it(month: Lab) -> None:
    Booking.objects.filter(pk__in=Booking.objects.filter(organisation=month.partner)[:2]).delete()
    assert [row.name for row in february(month).organisation_rows] == ["Total", "Others together"]


def test_every_line_of_a_part_adds_up_to_it(month: Lab) -> None:
    rows = february(month).organisation_rows
    for name in ("used", "minutes", "cents"):
        total = rows[0].get(name)
        assert total == sum(row.get(name) for row in rows if row.level == 1)
        assert total == sum(row.get(name) for row in rows if row.level == 2)


def test_who_did_not_come_counts_and_who_was_excused_does_not(month: Lab) -> None:
    one, other = Booking.objects.filter(organisation=month.owner)[:2]
    Booking.objects.filter(pk=one.pk).update(attendance="no_show", attendance_at=at(5))
    Booking.objects.filter(pk=other.pk).update(attendance="excused", attendance_at=at(5))
    report = february(month)
    assert (report.room_rows[0].get("used"), report.organisation_rows[0].get("used")) == (17, 17)


def test_what_is_outside_the_period_or_called_off_does_not_count(month: Lab) -> None:
    first = at(60).date()
    assert report_of(skillslab=month.skillslab, first=first, last=first).is_empty
    Session.objects.update(state="cancelled")
    assert february(month).is_empty


def test_a_period_says_no_more_than_its_months(month: Lab) -> None:
    come(month, month.session(at(33), capacity=8), month.owner, 5, "")
    come(month, month.session(at(61), capacity=8), month.owner, 4, "")
    rows = report_of(skillslab=month.skillslab, first=at(0).date(), last=at(70).date()).organisation_rows
    assert [(row.level, row.name, row.amounts and row.get("used")) for row in rows] == [
        (0, "Total", 23),
        (1, "Dalzorg", 6),
        (2, "Carer", 6),
        (1, "Heuvelzorg", 17),
        (2, "Carer", 7),
        (2, "Without a job profile", 10),
        (1, "Left out: April 2026", None),
    ]


def test_figures_are_of_whole_months_whichever_day_is_asked(month: Lab) -> None:
    day = at(5).date()
    report = report_of(skillslab=month.skillslab, first=day, last=day)
    assert (f"{report.first}", f"{report.last}") == ("2026-02-01", "2026-02-28")
    assert table(report.organisation_rows) == table(february(month).organisation_rows)
    client, names = signed_in(month.coordinator), ("month", "month_table", "month_workbook")
    for name in names:
        address = reverse(f"skillslab:{name}", args=[month.skillslab.uuid])
        asked, whole = ("?first=2026-02-23&last=2026-02-28", "?first=2026-02&last=2026-02")
        one, other = client.get(address + asked), client.get(address + whole)
        assert one.headers.get("Content-Disposition") == other.headers.get("Content-Disposition")
        assert one.streaming or one.context["report"].first == report.first
    address = reverse("skillslab:month", args=[month.skillslab.uuid])
    for period in ("first=2026-03&last=2026-02", "first=2026-01&last=2027-02", "first=9999-12&last=9999-12"):
        assert client.get(f"{address}?{period}").status_code == 422


def test_the_page_and_both_files_say_the_same(month: Lab) -> None:
    client = signed_in(month.coordinator)
    period = "?first=2026-02-01&last=2026-02-28"
    page = client.get(reverse("skillslab:month", args=[month.skillslab.uuid]) + period).content.decode()
    assert "€ 374,94" in page
    response = client.get(reverse("skillslab:month_table", args=[month.skillslab.uuid]) + period)
    lines = list(csv.reader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines(), delimiter=";"))
    assert ["Cost by organisation", "Total", "18", "1800", "374,94", ""] in lines
    assert ["Hours by function", "Heuvelzorg", "Carer", "700", "", ""] in lines
    book_response = client.get(reverse("skillslab:month_workbook", args=[month.skillslab.uuid]) + period)
    assert sheets_of(book_response) == ["Use by room", "Use by type", "Cost by organisation", "Hours by function"]
    assert "<v>374.94</v>" in part_of(book_response, "xl/worksheets/sheet3.xml")


def sheets_of(response: FileResponse) -> list[str]:
    words = part_of(response, "xl/workbook.xml")
    return [piece.partition('"')[0] for piece in words.split('<sheet name="')[1:]]


def part_of(response: FileResponse, name: str) -> str:
    if not hasattr(response, "kept"):
        response.kept = b"".join(response.streaming_content)
    return ZipFile(BytesIO(response.kept)).read(name).decode()


def test_text_in_a_workbook_stays_text() -> None:
    rows = [["=1+1", 3, None], ["https://example.org", 0.5, "-2"]]
    sheet = part_of(workbook_response("naam", [Sheet("A/B: [c]", ["=kop"], rows)]), "xl/worksheets/sheet1.xml")
    assert ("<f>" in sheet, "hyperlink" in sheet, "<t>=1+1</t>" in sheet, "<v>3</v>" in sheet) == (
        False,
        False,
        True,
        True,
    )
    assert '<col min="1" max="1" width="21.' in sheet  # as wide as its longest text


@pytest.mark.parametrize("count", [1, 3])
def test_the_figures_need_the_same_queries_for_any_number_of_bookings(lab: Lab, count: int) -> None:
    lab.add_pieces(20)
    lab.add_room("Lab 2")
    lab.add_room("Lab 3")
    for _each in range(2):
        lab.add_teacher()
    for _each in range(count):
        come(lab, lab.session(at(5), capacity=5), lab.owner, 5, "")
    client = signed_in(lab.coordinator)
    address = reverse("skillslab:month", args=[lab.skillslab.uuid])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        response = client.get(address)
    assert f">{5 * count}<" in response.content.decode()
    reads = [each["sql"] for each in queries.captured_queries if "SAVEPOINT" not in each["sql"]]
    assert (
        len(reads) == 10
    )  # session, user, memberships, labs; sessions, organisations, employers, profiles, jobs, bookings


def test_only_coordinators_of_a_partner_read_figures(month: Lab) -> None:
    names = ("month", "month_table", "month_workbook")
    outsider = make_organisation("elders")
    outsider.plugins = ["skillslab"]
    outsider.save()
    people = (month.member(), make_member(outsider, Role.COORDINATOR))
    for name in names:
        address = reverse(f"skillslab:{name}", args=[month.skillslab.uuid])
        assert [signed_in(each).get(address).status_code for each in people] == [403, 403]
