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
from plugins.skillslab.views.setup import Work, answer, looked_after


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


def _type_page(request: HttpRequest, lab_uuid: UUID, found: SessionType | None) -> HttpResponse:
    person, lab = looked_after(request, lab_uuid)
    kinds = list(EquipmentKind.objects.filter(skillslab=lab))
    choices = served_choices(person=person, session_type=found)
    instance = found or SessionType(skillslab=lab)
    form = TypeForm(request.POST or None, instance=instance, kinds=kinds, choices=choices)
    taken = set(SessionType.objects.filter(skillslab=lab).values_list("slug", flat=True))

    def save() -> None:
        if not form.instance.slug:
            form.instance.slug = free_slug(taken, form.cleaned_data["title"])
        set_needs(session_type=form.save(), needs=form.needs())

    title = _("Change this type of session") if found else _("Add a type of session")
    name, *rest = ("session_type", found.uuid) if found else ("session_types",)
    url = reverse(f"skillslab:{name}", args=[lab.uuid, *rest])
    work = Work(lab, person, title, form, save, _("Saved."), url, url)
    work.lead = (
        _("Sessions keep their times. What they need is asked of each session that is to come.") if found else ""
    )
    return answer(request, work)


@login_required
def type_add(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    return _type_page(request, lab_uuid, None)


@login_required
def type_change(request: HttpRequest, lab_uuid: UUID, type_uuid: UUID) -> HttpResponse:
    _person, lab = looked_after(request, lab_uuid)
    return _type_page(request, lab_uuid, _type(lab, type_uuid))


@login_required
def type_retire(request: HttpRequest, lab_uuid: UUID, type_uuid: UUID) -> HttpResponse:
    """Plan no more of these, or again. Sessions that are planned go on."""
    person, lab = looked_after(request, lab_uuid)
    found = _type(lab, type_uuid)
    is_used = found.retired_at is None
    url = reverse("skillslab:session_type", args=[lab.uuid, found.uuid])
    title = _("Take %(thing)s out of use") if is_used else _("Use %(thing)s again")
    work = Work(
        lab,
        person,
        title % {"thing": found},
        SureForm(request.POST if request.method == "POST" else None),
        lambda: set_retired(found, is_used),
        _("Saved."),
        url,
        url,
        lead=_("Sessions that are planned go on.") if is_used else "",
        action=_("Take out of use") if is_used else _("Use it again"),
    )
    return answer(request, work)


@login_required
def prerequisite_add(request: HttpRequest, lab_uuid: UUID, type_uuid: UUID) -> HttpResponse:
    """Ask a module or a skill of everybody who books from now on."""
    person, lab = looked_after(request, lab_uuid)
    found = _type(lab, type_uuid)
    form = PrerequisiteForm(
        request.POST or None, modules=module_choices(person=person), skills=skill_choices(person=person)
    )
    url = reverse("skillslab:session_type", args=[lab.uuid, found.uuid])
    work = Work(
        lab,
        person,
        _("What must people have before?"),
        form,
        lambda: add_prerequisite(session_type=found, **form.cleaned_data),
        _("Saved."),
        url,
        url,
    )
    work.lead = _("Choose a module, or a skill with a level. Who has a place already keeps it.")
    return answer(request, work)


@login_required
@require_POST
def prerequisite_remove(request: HttpRequest, lab_uuid: UUID, prerequisite_id: int) -> HttpResponse:
    _person, lab = looked_after(request, lab_uuid)
    rows = Prerequisite.objects.select_related("session_type")
    found = get_object_or_404(rows, session_type__skillslab=lab, pk=prerequisite_id)
    found.delete()
    messages.success(request, _("It is not asked any more."))
    return redirect("skillslab:session_type", lab.uuid, found.session_type.uuid)


@login_required
def rules(request: HttpRequest, lab_uuid: UUID) -> HttpResponse:
    """The rules for every session."""
    person, lab = looked_after(request, lab_uuid)
    url = reverse("skillslab:rules", args=[lab.uuid])
    form = RulesForm(request.POST or None, instance=Skillslab.objects.get(pk=lab.pk))
    work = Work(lab, person, _("Rules"), form, form.save, _("The rules are saved."), url, "", context={"here": "rules"})
    return answer(request, work)


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
