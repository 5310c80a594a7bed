"""Every change: who may make it is asked here, so that views, commands and tests behave the same."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from lxp.models import Organisation, User
from lxp.permissions import require
from lxp_NAME.models import Message


@transaction.atomic
def write_message(*, organisation: Organisation, text: str, day: date, by: User) -> Message:
    """A new message. Raises PermissionDenied unless `by` administers the organisation."""
    require(by, "organisation.administer", organisation)
    return Message.objects.create(organisation=organisation, text=text, day=day, author=by)


@transaction.atomic
def remove_message(*, message: Message, by: User) -> None:
    """Take a message away for everybody. Raises PermissionDenied unless `by` administers its organisation."""
    require(by, "organisation.administer", message.organisation)
    message.delete()
