"""Screens for the administrators of one organisation: its people; and the switch between organisations."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.forms import CareLineForm, MembershipForm
from lxp.http import SignedInRequest
from lxp.middleware import ORGANISATION_KEY
from lxp.models import Membership, Organisation, User
from lxp.permissions import require
from lxp.services.members import add_member, change_member
from lxp.services.organisations import change_care_line

PEOPLE_PER_PAGE = 50


def administered(request: HttpRequest) -> tuple[User, Organisation]:
    """The person and the organisation that the screen works for. Raises PermissionDenied."""
    signed_in = cast("SignedInRequest", request)
    if not signed_in.organisation:
        raise PermissionDenied
    require(signed_in.user, "organisation.administer", signed_in.organisation)
    return signed_in.user, signed_in.organisation


@login_required
@require_POST
def switch_organisation(request: HttpRequest) -> HttpResponse:
    """Choose the organisation that manager and author screens work for; only one's own."""
    person = cast("SignedInRequest", request).user
    chosen = next((each for each in person.organisations if str(each.uuid) == request.POST.get("organisation")), None)
    if chosen is None:
        raise Http404
    request.session[ORGANISATION_KEY] = chosen.pk
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect("lxp:home")
    return redirect(back)


@login_required
def people(request: HttpRequest) -> HttpResponse:
    _person, organisation = administered(request)
    everybody = Membership.objects.filter(organisation=organisation)
    shows_volunteers = request.GET.get("soort") == "vrijwilliger"
    has_volunteers = everybody.of_volunteers().exists()
    memberships = (
        (everybody.of_volunteers() if shows_volunteers else everybody.of_staff())
        .select_related("person", "unit")
        .prefetch_related("role_grants")
        .order_by("person__last_name", "person__first_name", "pk")
    )
    page = Paginator(memberships, PEOPLE_PER_PAGE).get_page(request.GET.get("p"))
    people_count = memberships.order_by().values("person").distinct().count()
    today = timezone.localdate()
    context = {
        "organisation": organisation,
        "page": page,
        "people_count": people_count,
        "today": today,
        "has_volunteers": has_volunteers,
        "shows_volunteers": shows_volunteers,
    }
    return render(request, "lxp/people.html", context)


@login_required
def person_add(request: HttpRequest) -> HttpResponse:
    administrator, organisation = administered(request)
    form = MembershipForm(request.POST or None, organisation=organisation)
    if request.method == "POST" and form.is_valid():
        membership = add_member(organisation=organisation, by=administrator, **form.cleaned_data)
        messages.success(request, _("%(name)s has been added.") % {"name": membership.person})
        return redirect("lxp:people")
    status = 422 if form.errors else 200
    return render(request, "lxp/person_form.html", {"form": form, "organisation": organisation}, status=status)


@login_required
def person_change(request: HttpRequest, membership_id: int) -> HttpResponse:
    administrator, organisation = administered(request)
    membership = get_object_or_404(
        Membership.objects.select_related("person"), pk=membership_id, organisation=organisation
    )
    form = MembershipForm(request.POST or None, organisation=organisation, membership=membership)
    if request.method == "POST" and form.is_valid():
        values = {"job": "", "roles": [], **form.cleaned_data}  # a volunteer has neither
        fields = {name: values[name] for name in ("unit", "job", "ends_on", "roles")}
        try:
            change_member(membership=membership, by=administrator, **fields)
        except ValidationError as refusal:  # another place of this person begins today already
            form.add_error(None, refusal.messages)
        else:
            messages.success(request, _("Saved."))
            return redirect("lxp:people")
    status = 422 if form.errors else 200
    context = {"form": form, "organisation": organisation, "membership": membership}
    return render(request, "lxp/person_form.html", context, status=status)


@login_required
def care_line(request: HttpRequest) -> HttpResponse:
    """The number to call and its hours, as every card of this organisation shows them."""
    administrator, organisation = administered(request)
    known = Organisation.objects.get(pk=organisation.pk)  # a form writes into what it was given, also what is refused
    form = CareLineForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        change_care_line(organisation=organisation, by=administrator, **form.cleaned_data)
        messages.success(request, _("Saved. Cards show this number from now on."))
        return redirect("lxp:care_line")
    status = 422 if form.errors else 200
    return render(request, "lxp/care_line.html", {"form": form, "organisation": organisation}, status=status)
