"""What happened in a period: as a page, as a table and as a workbook."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lxp.spreadsheet import csv_response
from lxp.workbook import Sheet, workbook_response
from plugins.skillslab.forms.periods import MonthForm
from plugins.skillslab.models import Skillslab
from plugins.skillslab.services.figures.months import Report, Row, last_of_month, report_of
from plugins.skillslab.views.planning import lab_of

Cell = str | int | float
WIDEST = 6
WITHHELD = gettext_lazy("not shown: too few people")


@login_required
def month(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Use, cost and hours of whole months, this one unless told."""
    _person, lab = lab_of(request, lab_uuid)
    form, period = _period(request)
    first, last = period
    context = {
        "form": form,
        "lab": lab,
        "report": report_of(skillslab=lab, first=first, last=last),
        "before": first - timedelta(days=1),
        "after": last_of_month(first) + timedelta(days=1),
    }
    return render(request, "skillslab/month.html", context, status=422 if form.errors else 200)


@login_required
def month_table(request: HttpRequest, lab_uuid: UUID) -> StreamingHttpResponse:
    """Everything in one table, with a column that says which part it is."""
    lab, report = _report(request, lab_uuid)
    rows = [[sheet.name, *_padded(row)] for sheet in _sheets(report) for row in (sheet.header, *sheet.rows)]
    return csv_response(_name(lab, report), [_("part"), *[""] * (WIDEST - 1)], rows)


@login_required
def month_workbook(request: HttpRequest, lab_uuid: UUID) -> FileResponse:
    """A sheet for each part."""
    lab, report = _report(request, lab_uuid)
    return workbook_response(_name(lab, report), _sheets(report))


def _padded(row: Iterable[object]) -> list[object]:
    cells = list(row)
    return [*cells, *[""] * (WIDEST - 1 - len(cells))]


def _period(request: HttpRequest) -> tuple[MonthForm, tuple[date, date]]:
    """The months that are asked, this one unless told. An address from before, with days in it, is about their months."""
    today = timezone.localdate()
    asked = {name: request.GET.get(name, "")[: len("2026-11")] for name in ("first", "last")}
    form = MonthForm(
        asked if "first" in request.GET else None, initial=dict.fromkeys(("first", "last"), f"{today:%Y-%m}")
    )
    return form, form.period if form.is_bound and form.is_valid() else (today.replace(day=1), today)


def _report(request: HttpRequest, lab_uuid: UUID) -> tuple[Skillslab, Report]:
    _person, lab = lab_of(request, lab_uuid)
    _form, (first, last) = _period(request)
    return lab, report_of(skillslab=lab, first=first, last=last)


def _name(lab: Skillslab, report: Report) -> str:
    return f"{lab.slug}-{report.first:%Y-%m}-{report.last:%Y-%m}"


def _sheets(report: Report) -> list[Sheet]:
    used = (_("sessions"), _("places offered"), _("places used"))
    paid = (_("places used"), _("minutes"), _("euros"))
    return [
        _sheet(_("Use by room"), (_("location"), _("room"), *used), report.room_rows, _used, 2),
        _sheet(_("Use by type"), (_("type of session"), *used), report.type_rows, _used, 1),
        _sheet(_("Cost by organisation"), (_("organisation"), *paid), report.cost_rows, _paid, 1),
        _sheet(
            _("Hours by function"), (_("organisation"), _("function"), *paid[1:2]), report.organisation_rows, _hours, 2
        ),
    ]


def _sheet(name: str, header: Iterable[str], rows: list[Row], cells: object, depth: int) -> Sheet:
    """`depth` is the number of columns with names: a part stands in the column of its level, after what it is part of."""
    lines: list[list[Cell]] = []
    path = [""] * (depth + 1)
    for row in rows:
        path[row.level :] = [row.name, *[""] * (depth - row.level)]
        names = path[1:] if row.level else [row.name, *[""] * (depth - 1)]
        values = cells(row) if row.amounts is not None else [str(WITHHELD)]  # type: ignore[operator]
        lines.append([*names[:depth], *values])
    return Sheet(name, header, lines, bold=frozenset({0}))


def _used(row: Row) -> list[Cell]:
    return [row.get("sessions"), row.get("offered"), row.get("used")]


def _paid(row: Row) -> list[Cell]:
    return [row.get("used"), row.get("minutes"), row.get("cents") / 100]


def _hours(row: Row) -> list[Cell]:
    return [row.get("minutes")]
