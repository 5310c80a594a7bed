"""Who teaches and assesses in a skillslab, what they may do today, and when they cannot come."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.models import Membership
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.forms.periods import PeriodForm
from plugins.skillslab.forms.resources import SureForm
from plugins.skillslab.models import Absence, Allocation, SessionType, Skillslab, Teacher
from plugins.skillslab.services.resources.inventory import set_teaching
from plugins.skillslab.services.resources.teachers import staff_of
from plugins.skillslab.services.resources.teaching import add_teacher, people_found, teacher_lines
from plugins.skillslab.views.setup import Desk, Work, ended, looked_after, work_page


def _teacher(lab: Skillslab, teacher_id: int) -> Teacher:
    return get_object_or_404(Teacher.objects.select_related("person", "organisation"), skillslab=lab, pk=teacher_id)


def _types(lab: Skillslab) -> list[SessionType]:
    return list(SessionType.objects.filter(skillslab=lab, retired_at__isnull=True))


@login_required
def teachers(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Everybody, with what the skills graph says of them today."""
    _person, lab = looked_after(request, lab_uuid)
    day = timezone.localdate()
    lines = teacher_lines(staff=staff_of(lab, day), session_types=_types(lab), day=day)
    return render(request, "skillslab/setup/teachers.html", {"lab": lab, "lines": lines})


@login_required
def teacher(request: HttpRequest, lab_uuid: UUID, teacher_id: int) -> HttpResponse:
    """One teacher: what they may do, when they cannot come, and what they are to teach."""
    _person, lab = looked_after(request, lab_uuid)
    found = _teacher(lab, teacher_id)
    day, now = timezone.localdate(), timezone.now()
    lines = teacher_lines(staff=staff_of(lab, day), session_types=_types(lab), day=day)
    rows = Allocation.objects.filter(
        person=found.person_id, session__session_type__skillslab=lab, session__ends_at__gt=now
    )
    rows = rows.filter(session__state__in=["draft", "published"]).select_related("session__session_type")
    context = {
        "lab": lab,
        "line": next(each for each in lines if each.teacher.pk == found.pk),
        "absences": found.absences.filter(ends_at__gt=now).order_by("starts_at"),
        "coming": rows.order_by("session__starts_at")[:10],
    }
    return render(request, "skillslab/setup/teacher.html", context)


@login_required
def teacher_find(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Look for somebody of a partner, and add them."""
    person, lab = looked_after(request, lab_uuid)
    words = request.GET.get("wie", "")[:200]
    refusal = None
    if request.method == "POST":
        rows = Membership.objects.of_staff().current().select_related("person", "organisation")
        key = request.POST.get("membership", "")
        chosen = get_object_or_404(rows, pk=key) if key.isdecimal() and len(key) < 19 else None
        try:
            if chosen is None or chosen not in people_found(skillslab=lab, by=person, words=words):
                raise SetupRefusedError(_("Only people of partners teach here. Choose somebody from the list."))
            added = add_teacher(skillslab=lab, person=chosen.person, organisation=chosen.organisation, by=person)
        except SetupRefusedError as error:
            refusal = error
        else:
            messages.success(request, _("%(person)s teaches here now.") % {"person": added.person})
            return redirect("skillslab:teachers", lab.uuid)
    found = people_found(skillslab=lab, by=person, words=words)
    known = set(Teacher.objects.filter(skillslab=lab, left_at__isnull=True).values_list("person", flat=True))
    context = {
        "lab": lab,
        "words": words,
        "found": [(each, each.person_id in known) for each in found],
        "refusal": refusal,
    }
    return render(request, "skillslab/setup/teacher_find.html", context, status=422 if refusal else 200)


@work_page(_teacher, back="teacher")
def absence_add(desk: Desk[Teacher]) -> Work:
    """When somebody cannot come. Why is not asked."""
    form = PeriodForm(desk.posted)
    return Work(
        _("%(person)s cannot come") % {"person": desk.found.person},
        form,
        lambda: Absence.objects.create(teacher=desk.found, **form.period),
        _("The absence is saved."),
        lead=_("Only when. Why is not asked and not kept."),
    )


@login_required
@require_POST
def absence_end(request: HttpRequest, lab_uuid: UUID, period_id: int) -> HttpResponse:
    """Somebody comes after all."""
    rows = Absence.objects.filter(teacher__skillslab__uuid=lab_uuid).select_related("teacher")
    found = ended(request, lab_uuid, rows, period_id, _("The absence is over."))
    return redirect("skillslab:teacher", lab_uuid, found.teacher_id)


@work_page(_teacher, back="teacher")
def teacher_stop(desk: Desk[Teacher]) -> Work:
    """Somebody teaches here no more, or again."""
    teaches = desk.found.left_at is None
    title = _("%(person)s stops teaching here") if teaches else _("%(person)s teaches here again")
    return Work(
        title % {"person": desk.found.person},
        SureForm(desk.posted),
        lambda: set_teaching(desk.found, not teaches),
        _("Saved."),
        lead=_("What they taught stays in the records.") if teaches else "",
        url=reverse("skillslab:teachers", args=[desk.lab.uuid]),
    )
