"""Who may assess what in an organisation, and who stands in a professional register: given, ended and listed."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.http import SignedInRequest
from lxp.models import Membership, Organisation, Role, User
from lxp.permissions import may
from skills_graph.exceptions import DefinitionRefusedError
from skills_graph.forms.authority import AuthorityForm, EndForm, RegistrationForm
from skills_graph.models import AssessorAuthorisation, Competency, Registration
from skills_graph.services.authority import end_authority, ends_soon, give_authority, register_person
from skills_graph.services.competency_search import find_competencies
from skills_graph.views.writing import count_words, found_json

ROWS_PER_PAGE = 50


def organisation_for(request: HttpRequest) -> Organisation | None:
    """The organisation that this person works for now, where they may give authority in it."""
    # Not there where an early fault is shown; looked up only when asked, so it is never None itself.
    organisation: Organisation | None = getattr(request, "organisation", None)
    return organisation if organisation and may(request.user, "organisation.authorise", organisation) else None


def _authorising(request: HttpRequest) -> tuple[User, Organisation]:
    """Who asks, and for which organisation. Raises PermissionDenied."""
    organisation = organisation_for(request)
    if organisation is None:
        raise PermissionDenied
    return cast("SignedInRequest", request).user, organisation


def _people(organisation: Organisation, *roles: str) -> QuerySet[User]:
    """Who belongs to an organisation today, in these roles."""
    memberships = Membership.objects.of_staff().current().filter(organisation=organisation)
    if roles:
        memberships = memberships.with_role(*roles)
    return User.objects.filter(pk__in=memberships.values("person")).order_by("last_name", "first_name", "pk")


@login_required
def authorities(request: HttpRequest) -> HttpResponse:
    """Every authority that was given and not closed, by person; what each has of the past last."""
    _person, organisation = _authorising(request)
    today = timezone.localdate()
    rows = AssessorAuthorisation.objects.current().filter(organisation=organisation)
    has_passed = ExpressionWrapper(Q(ends_on__isnull=False, ends_on__lt=today), output_field=BooleanField())
    listed = rows.select_related("person", "competency").order_by(
        "person__last_name", "person__first_name", "person", has_passed, "competency__title", "-starts_on"
    )
    page = Paginator(listed, ROWS_PER_PAGE).get_page(request.GET.get("p"))
    for row in page.object_list:
        row.is_past = row.ends_on is not None and row.ends_on < today
        row.ends_soon = ends_soon(row, today)
    context = {"organisation": organisation, "page": page, "today": today}
    return render(request, "skills_graph/authority/list.html", context)


@login_required
def find(request: HttpRequest) -> JsonResponse:
    """What the combobox shows for a few letters."""
    _person, organisation = _authorising(request)
    return found_json(request, [organisation], reverse("skills_graph:authority_give"))


@login_required
def give(request: HttpRequest) -> HttpResponse:
    """Choose a competency first, then who and until when."""
    person, organisation = _authorising(request)
    chosen = request.GET.get("competency", "")
    url = reverse("skills_graph:authority_give")
    context: dict[str, Any] = {"organisation": organisation, "url": url}
    if not chosen:
        asked = request.GET.get("q", "")
        found = find_competencies(text=asked, organisations=[organisation])
        context |= {"asked": asked, "found": found, "count": count_words(asked, len(found))}
        context["search_url"] = reverse("skills_graph:authority_find")
        return render(request, "skills_graph/authority/choose.html", context)
    competency = _competency(organisation, chosen)
    form = AuthorityForm(request.POST or None, assessors=_people(organisation, Role.ASSESSOR))
    fixed = {"organisation": organisation, "competency": competency, "by": person}
    if request.method == "POST" and _saved(form, give_authority, **fixed):
        messages.success(request, _("Saved."))
        return redirect("skills_graph:authority")
    context |= {"form": form, "competency": competency}
    return render(request, "skills_graph/authority/give.html", context, status=422 if form.errors else 200)


def _competency(organisation: Organisation, uuid: str) -> Competency:
    try:
        wanted = UUID(uuid)
    except ValueError as fault:
        raise Http404 from fault
    return get_object_or_404(Competency.objects.usable_by([organisation]).assignable(), uuid=wanted)


def _saved(form: Form, service: Any, **fixed: Any) -> bool:
    """Whether the service took the form; a refusal stands above the form."""
    if not form.is_valid():
        return False
    try:
        service(**fixed, **form.cleaned_data)
    except DefinitionRefusedError as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


@login_required
def end(request: HttpRequest, authority_id: int) -> HttpResponse:
    """The last day of an authority."""
    person, organisation = _authorising(request)
    rows = AssessorAuthorisation.objects.current().filter(organisation=organisation)
    row = get_object_or_404(rows.select_related("person", "competency", "organisation"), pk=authority_id)
    form = EndForm(request.POST or None)
    if request.method == "POST" and _saved(form, end_authority, authority=row, by=person):
        messages.success(request, _("Saved."))
        return redirect("skills_graph:authority")
    context = {"form": form, "authority": row, "organisation": organisation}
    return render(request, "skills_graph/authority/end.html", context, status=422 if form.errors else 200)


@login_required
def registrations(request: HttpRequest) -> HttpResponse:
    """Registrations of the people of today, as this organisation checked them last."""
    _person, organisation = _authorising(request)
    people = _people(organisation).order_by().values("pk")
    rows = Registration.objects.current().filter(organisation=organisation, person__in=people)
    listed = rows.select_related("person").order_by("person__last_name", "person__first_name", "register")
    page = Paginator(listed, ROWS_PER_PAGE).get_page(request.GET.get("p"))
    context = {"organisation": organisation, "page": page, "today": timezone.localdate()}
    return render(request, "skills_graph/authority/registrations.html", context)


@login_required
def register(request: HttpRequest) -> HttpResponse:
    """A number that was looked up today; the same register again takes the place of the check before."""
    person, organisation = _authorising(request)
    form = RegistrationForm(request.POST or None, people=_people(organisation))
    if request.method == "POST" and _saved(form, register_person, organisation=organisation, by=person):
        messages.success(request, _("Saved."))
        return redirect("skills_graph:registrations")
    context = {"form": form, "organisation": organisation}
    return render(request, "skills_graph/authority/register.html", context, status=422 if form.errors else 200)
