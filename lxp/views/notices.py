"""Which mails somebody wants, and when; and how to stop the digest from the mail itself, without signing in."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from lxp.forms import NoticeForm
from lxp.http import SignedInRequest
from lxp.models import Digest, Mail, NoticeSettings, User
from lxp.notices.letters import SALT, address_of
from lxp.services.notices import choose_notices, stop_digest


@login_required
def notices(request: HttpRequest) -> HttpResponse:
    person = cast("SignedInRequest", request).user
    known = NoticeSettings.objects.filter(person=person).first()
    form = NoticeForm(request.POST or None, known=known)
    if request.method == "POST" and form.is_valid():
        choose_notices(person=person, **form.choice())
        messages.success(request, _("Your choice is kept."))
        return redirect("lxp:notices")
    latest = Digest.objects.filter(person=person, state=Mail.State.SENT).first()
    context = {"form": form, "address": address_of(person), "latest": latest}
    return render(request, "lxp/notices.html", context, status=422 if form.errors else 200)


@csrf_exempt  # the mail program posts here itself (RFC 8058); the signed address says for whom, and can only stop mail
def notices_off(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: programs that check the links of a mail look too."""
    try:
        person = User.objects.filter(uuid=signing.loads(token, salt=SALT), wiped_at__isnull=True).first()
    except signing.BadSignature as fault:
        raise Http404 from fault
    if person is None:
        raise Http404
    if request.method == "POST":
        stop_digest(person=person)
    is_off = NoticeSettings.objects.filter(person=person, is_on=False).exists()
    return render(request, "lxp/notices_off.html", {"is_off": is_off})
