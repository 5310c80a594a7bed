"""Places in somebody's own calendar: a file of one, and an address that calendars read by themselves."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lxp.http import SignedInRequest
from lxp.plugin_urls import for_visitors
from plugins.skillslab.models import Booking, CalendarFeed, InvitationChoice
from plugins.skillslab.services.notices.calendars import calendar_of, calendar_of_booking, feed_of
from plugins.skillslab.services.notices.invitations import choice_of, choose_invitations


def _calendar(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


@for_visitors
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A calendar that knows the secret address reads without signing in; while the person has the skillslab."""
    found = CalendarFeed.objects.select_related("person").filter(token=token).first()
    if found is None or not found.person.is_active:
        raise Http404
    if not any("skillslab" in each.plugins for each in found.person.organisations):
        raise Http404
    with translation.override(found.person.language):
        return _calendar(calendar_of(person=found.person), "skillslab")


@login_required
def booking_file(request: HttpRequest, booking_id: int) -> HttpResponse:
    """One place as a file that every calendar opens."""
    person = cast("SignedInRequest", request).user
    related = ("session__session_type", "session__room__location")
    booking = get_object_or_404(Booking.objects.select_related(*related), pk=booking_id, person=person)
    return _calendar(calendar_of_booking(booking=booking), "skillslab")


@login_required
def address(request: HttpRequest) -> HttpResponse:
    """The secret address of this person's calendar, and a new one on request."""
    person = cast("SignedInRequest", request).user
    if request.method == "POST" and request.POST.get("invitations") in InvitationChoice.When.values:
        choose_invitations(person=person, when=request.POST["invitations"])
        messages.success(request, _("Your choice is kept."))
        return redirect("skillslab:calendar")
    if request.method == "POST":
        feed_of(person=person, anew=True)
        messages.success(request, _("You have a new address. The old one does not work any more."))
        return redirect("skillslab:calendar")
    found = feed_of(person=person)
    url = f"{settings.BASE_URL}{reverse('skillslab:feed', args=[found.token])}"
    context = {"url": url, "choices": InvitationChoice.When.choices, "chosen": choice_of(person)}
    return render(request, "skillslab/calendar.html", context)
