"""The mails themselves: plain text and simple HTML in the language of the reader, without pictures and without trackers."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language, ngettext

from lxp.models import DigestKind, Mail, Notice, User
from lxp.notices.items import DigestItem

ITEMS_AT_MOST = 12
SALT = "lxp.notices.off"
METHOD = re.compile(r"^METHOD:([A-Z]+)", re.MULTILINE)


def address_of(person: User) -> str:
    """The confirmed address that the person prefers; "" where none is confirmed."""
    confirmed = EmailAddress.objects.filter(user=person, verified=True).order_by("-primary", "pk")
    return confirmed.values_list("email", flat=True).first() or ""


def off_address(person: User) -> str:
    """Where this person stops the digest without signing in; it says nothing of them and can do nothing else."""
    return reverse("lxp:notices_off", args=[signing.dumps(str(person.uuid), salt=SALT, compress=False)])


def digest_letter(person: User, mail: Mail, items: list[DigestItem], address: str) -> EmailMessage:
    """The digest of one day. Must be called in the language of the person."""
    shown = items[:ITEMS_AT_MOST]
    groups = [(kind.label, [item for item in shown if item.kind == kind]) for kind in DigestKind]
    count = len(items)
    subject = ngettext("%(count)d thing is ready for you", "%(count)d things are ready for you", count)
    context = {
        "title": subject % {"count": count},
        "groups": [(label, each) for label, each in groups if each],
        "more": count - len(shown),
        "off_url": off_address(person),
    }
    letter = _letter("digest", person, mail, address, context)
    stop = f"{settings.BASE_URL}{context['off_url']}"
    # RFC 8058: one push on the button of the mail program is enough.
    for number, item in enumerate(shown, start=1):
        _invite(letter, item.calendar, f"{number}.ics")
    letter.extra_headers |= {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return letter


def notice_letter(person: User, notice: Notice, address: str) -> EmailMessage:
    """One of the four exceptions. Must be called in the language of the person."""
    letter = _letter("notice", person, notice, notice.address or address, {"title": notice.title, "notice": notice})
    _invite(letter, notice.calendar, "1.ics")
    return letter


def _invite(letter: EmailMessage, calendar: str, name: str) -> None:
    """Attach an invitation, with the method that calendars look for beside its type (RFC 6047, 2.4)."""
    found = METHOD.search(calendar)
    if found is not None:
        letter.attach(name, calendar, f"text/calendar; method={found[1]}")


def _letter(name: str, person: User, mail: Mail, address: str, context: dict[str, Any]) -> EmailMultiAlternatives:
    base = {
        "person": person,
        "site_name": settings.SITE_NAME,
        "base_url": settings.BASE_URL,
        "language": get_language(),
        "settings_url": reverse("lxp:notices"),
        **context,
    }
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    letter = EmailMultiAlternatives(
        subject=" ".join(str(context["title"]).split()),
        body=render_to_string(f"lxp/mail/{name}.txt", base).strip() + "\n",
        to=[address],
        # Always the same for one row: a server that hears it twice can know that it is the same mail.
        headers={"Message-ID": f"<{mail.uuid}@{host}>", "Auto-Submitted": "auto-generated"},
    )
    letter.attach_alternative(render_to_string(f"lxp/mail/{name}.html", base), "text/html")
    return letter
