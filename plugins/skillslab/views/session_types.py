"""What is practised, and what that takes; and the skillslab itself: its rules and partners."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.models import Organisation
from plugins.skillslab.exceptions import SetupRefusedError
from plugins.skillslab.forms.resources import RulesForm, SureForm
from plugins.skillslab.forms.session_types import PrerequisiteForm, TypeForm
from plugins.skillslab.models import EquipmentKind, Partner, Prerequisite, SessionType, Skillslab
from plugins.skillslab.services.bookings.prerequisites import words_of
from plugins.skillslab.services.resources.inventory import add_partner, free_slug, remove_partner, set_retired
from plugins.skillslab.services.resources.session_types import (
    add_prerequisite,
    module_choices,
    served_choices,
    set_needs,
    skill_choices,
)
from plugins.skillslab.views.setup import Desk, Work, looked_after, work_page


def _type(lab: Skillslab, type_uuid: UUID) -> SessionType:
    return get_object_or_404(
        SessionType.objects.select_related("module__current_version"), skillslab=lab, uuid=type_uuid
    )


@login_required
def session_types(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    _person, lab = looked_after(request, lab_uuid)
    rows = SessionType.objects.filter(skillslab=lab).order_by("retired_at", "title")
    return render(request, "skillslab/setup/types.html", {"lab": lab, "types": rows})


@login_required
def session_type(request: HttpRequest, lab_uuid: UUID, type_uuid: UUID) -> HttpResponse:
    """One type: what it takes, and what people must have before."""
    _person, lab = looked_after(request, lab_uuid)
    found = _type(lab, type_uuid)
    asked = found.prerequisites.select_related("module__current_version", "competency__framework__scale").order_by("pk")
    context = {
        "lab": lab,
        "type": found,
        "needs": found.equipment_needs.select_related("equipment_kind").order_by("equipment_kind__name"),
        "asked": [(each, words_of(each)) for each in asked],
    }
    return render(request, "skillslab/setup/type.html", context)


def _new_type(lab: Skillslab) -> SessionType:
    return SessionType(skillslab=lab)


def _type_work(desk: Desk[SessionType], title: str, lead: str = "") -> Work:
    kinds = list(EquipmentKind.objects.filter(skillslab=desk.lab))
    choices = served_choices(person=desk.person, session_type=desk.found if desk.found.pk else None)
    form = TypeForm(desk.posted, instance=desk.found, kinds=kinds, choices=choices)
    taken = set(SessionType.objects.filter(skillslab=desk.lab).values_list("slug", flat=True))

    def save() -> None:
        if not form.instance.slug:
            form.instance.slug = free_slug(taken, form.cleaned_data["title"])
        set_needs(session_type=form.save(), needs=form.needs())

    return Work(title, form, save, _("Saved."), lead)


@work_page(_new_type, back="session_types")
def type_add(desk: Desk[SessionType]) -> Work:
    return _type_work(desk, _("Add a type of session"))


@work_page(_type, back="session_type")
def type_change(desk: Desk[SessionType]) -> Work:
    lead = _("Sessions keep their times. What they need is asked of each session that is to come.")
    return _type_work(desk, _("Change this type of session"), lead)


@work_page(_type, back="session_type")
def type_retire(desk: Desk[SessionType]) -> Work:
    """Plan no more of these, or again. Sessions that are planned go on."""
    is_used = desk.found.retired_at is None
    title = _("Take %(thing)s out of use") if is_used else _("Use %(thing)s again")
    return Work(
        title % {"thing": desk.found},
        SureForm(desk.posted),
        lambda: set_retired(desk.found, is_used),
        _("Saved."),
        lead=_("Sessions that are planned go on.") if is_used else "",
        action=_("Take out of use") if is_used else _("Use it again"),
    )


@work_page(_type, back="session_type")
def prerequisite_add(desk: Desk[SessionType]) -> Work:
    """Ask a module or a skill of everybody who books from now on."""
    person = desk.person
    form = PrerequisiteForm(desk.posted, modules=module_choices(person=person), skills=skill_choices(person=person))
    return Work(
        _("What must people have before?"),
        form,
        lambda: add_prerequisite(session_type=desk.found, **form.cleaned_data),
        _("Saved."),
        lead=_("Choose a module, or a skill with a level. Who has a place already keeps it."),
    )


@login_required
@require_POST
def prerequisite_remove(request: HttpRequest, lab_uuid: UUID, prerequisite_id: int) -> HttpResponse:
    _person, lab = looked_after(request, lab_uuid)
    rows = Prerequisite.objects.select_related("session_type")
    found = get_object_or_404(rows, session_type__skillslab=lab, pk=prerequisite_id)
    found.delete()
    messages.success(request, _("It is not asked any more."))
    return redirect("skillslab:session_type", lab.uuid, found.session_type.uuid)


def _own_rules(lab: Skillslab) -> Skillslab:
    """Read anew: what somebody fills in is not yet what the page says of the skillslab."""
    return Skillslab.objects.get(pk=lab.pk)


@work_page(_own_rules, back="")
def rules(desk: Desk[Skillslab]) -> Work:
    """The rules for every session."""
    form = RulesForm(desk.posted, instance=desk.found)
    url = reverse("skillslab:rules", args=[desk.lab.uuid])
    return Work(_("Rules"), form, form.save, _("The rules are saved."), url=url, context={"here": "rules"})


@login_required
def partners(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """Whose people may come; adding one."""
    person, lab = looked_after(request, lab_uuid)
    rows = list(Partner.objects.filter(skillslab=lab).select_related("organisation"))
    known = [each.organisation_id for each in rows]
    others = list(Organisation.objects.open().exclude(pk__in=known).order_by("name"))
    if request.method == "POST":
        chosen = next((each for each in others if each.slug == request.POST.get("organisation")), None)
        if chosen is None:
            raise Http404
        add_partner(skillslab=lab, organisation=chosen, by=person)
        messages.success(request, _("%(organisation)s takes part now.") % {"organisation": chosen})
        return redirect("skillslab:partners", lab.uuid)
    rows.sort(key=lambda each: str(each.organisation).casefold())
    return render(request, "skillslab/setup/partners.html", {"lab": lab, "partners": rows, "others": others})


@login_required
@require_POST
def partner_remove(request: HttpRequest, lab_uuid: UUID, partner_id: int) -> HttpResponse:
    person, lab = looked_after(request, lab_uuid)
    rows = Partner.objects.select_related("skillslab", "organisation")
    found = get_object_or_404(rows, skillslab=lab, pk=partner_id)
    try:
        remove_partner(partner=found, by=person)
    except SetupRefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("%(organisation)s does not take part any more.") % {"organisation": found.organisation}
        )
    return redirect("skillslab:partners", lab.uuid)
