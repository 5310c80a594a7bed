"""The pages of this plugin. LXP lets in only people of whom an organisation has the plugin on; these see their own."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.permissions import may
from lxp_NAME.forms import MessageForm
from lxp_NAME.models import Message
from lxp_NAME.services import remove_message, write_message

MOST_SHOWN = 50


def _reader(request: HttpRequest) -> tuple[User, Organisation | None]:
    """Who asks, and the organisation that they work for now, where they write for it and it has the plugin on."""
    signed_in = cast("SignedInRequest", request)
    person, organisation = signed_in.user, signed_in.organisation
    # It is looked up when it is first used: `is None` is never true of it.
    if not organisation or "NAME" not in organisation.plugins:
        return person, None
    return person, organisation if may(person, "organisation.administer", organisation) else None


def messages_page(request: HttpRequest) -> HttpResponse:
    person, administered = _reader(request)
    form = MessageForm(request.POST or None, initial={"day": timezone.localdate()}) if administered else None
    if request.method == "POST":
        if form is None or administered is None:
            raise PermissionDenied
        if form.is_valid():
            write_message(organisation=administered, by=person, **form.cleaned_data)
            messages.success(request, _("Everybody can read it now."))
            return redirect("NAME:messages")
    found = Message.objects.visible_to(person).select_related("organisation")[:MOST_SHOWN]
    context = {"found": found, "form": form, "administered": administered}
    status = 422 if form is not None and form.errors else 200
    return render(request, "NAME/messages.html", context, status=status)


@require_POST
def remove(request: HttpRequest, message_id: int) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    message = get_object_or_404(Message.objects.visible_to(person).select_related("organisation"), pk=message_id)
    remove_message(message=message, by=person)
    messages.success(request, _("Removed."))
    return redirect("NAME:messages")
