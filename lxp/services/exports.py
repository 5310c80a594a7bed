"""Everything that is known of a person, as one file that they can keep."""

from __future__ import annotations

import json
import zipfile
from tempfile import SpooledTemporaryFile
from typing import IO

from allauth.account.models import EmailAddress
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit, plugin_manager
from lxp.models import AuditEvent, Membership, User
from lxp.permissions import require
from lxp.person_data import ExportPart
from lxp.services import notices

IN_MEMORY_BYTES = 5_000_000


def account_parts(person: User) -> list[ExportPart]:
    """What the platform itself knows: the account, the memberships, and who did what with the record."""
    account = {
        "uuid": str(person.uuid),
        "first_name": person.first_name,
        "last_name": person.last_name,
        "language": person.language,
        "joined": person.date_joined,
        "email_addresses": list(EmailAddress.objects.filter(user=person).values("email", "verified", "primary")),
    }
    memberships = Membership.objects.filter(person=person).select_related("organisation", "unit")
    events = AuditEvent.objects.filter(person=person).select_related("actor", "organisation")
    return [
        ExportPart("account", _("Your account"), [account]),
        ExportPart("memberships", _("Where you work or worked"), map(_membership_row, memberships)),
        ExportPart("audit", _("Who did or saw what of you"), map(_event_row, events.iterator(chunk_size=500))),
        *notices.export_parts(person=person),
    ]


def _membership_row(membership: Membership) -> dict[str, object]:
    return {
        "organisation": str(membership.organisation),
        "as": membership.kind,
        "unit": str(membership.unit or ""),
        "job": membership.job,
        "from": membership.starts_on,
        "until": membership.ends_on,
        "roles": sorted(membership.roles),
    }


def _event_row(event: AuditEvent) -> dict[str, object]:
    return {
        "at": event.at,
        "action": event.action,
        "by": str(event.actor or ""),
        "organisation": str(event.organisation or ""),
    }


def export_person(*, person: User, by: User) -> IO[bytes]:
    """A ZIP with one JSON file for each kind of record, and a page that says what is in it; the caller closes it.

    Raises PermissionDenied for another's record. The download itself stands in the audit. Everything else is only read,
    and outside a transaction: nobody else can write to SQLite while one is open that wrote.
    """
    require(by, "person.export", person)
    parts, failed = plugin_manager.ask_each("person_export", expects=ExportPart, person=person)
    audit.record("person.exported", by=by, person=person)
    file = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - the caller closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [_("Your data of %(day)s") % {"day": timezone.localdate().isoformat()}, ""]
        for part in parts:
            rows = list(part.rows)
            text = json.dumps(rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1)
            archive.writestr(f"{part.name}.json", text)
            lines.append(f"{part.name}.json: {part.title} ({len(rows)})")
        absent = _("%(plugin)s could not give its part now. Try again later.")
        lines.extend(absent % {"plugin": plugin_manager.title_of(name)} for name in failed)
        archive.writestr(_("read-me") + ".txt", "\n".join(lines))
    file.seek(0)
    return file
