"""Forgetting a person: their row becomes an empty tombstone, so that keys from the audit and from others' records stand."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from lxp import audit, plugin_manager
from lxp.exceptions import LxpError
from lxp.models import AuditEvent, Erasure, Membership, MembershipRole, User
from lxp.permissions import require
from lxp.services import notices

logger = logging.getLogger(__name__)
CHECKPOINT_MILLISECONDS = 500
JOURNAL = "erasures.jsonl"  # beside the database and not in it: a restored backup does not know of later erasures


class ErasureRefusedError(LxpError):
    """Somebody who cannot be forgotten now, with what to do first."""


def journal_path() -> Path:
    return settings.VAR_DIR / JOURNAL


@transaction.atomic
def request_erasure(*, person: User, by: User) -> Erasure:
    """Note that a person wants to be forgotten; asking twice is asking once. Raises PermissionDenied for another's record."""
    require(by, "person.ask_erasure", person)
    erasure, is_new = Erasure.objects.get_or_create(person=person, defaults={"requested_by": by})
    if is_new:
        audit.record("erasure.requested", by=by, about=erasure, person=person)
    return erasure


@transaction.atomic
def withdraw_request(*, person: User, by: User) -> None:
    """Take the wish back while nothing has been wiped. Raises PermissionDenied for another's record."""
    require(by, "person.ask_erasure", person)
    if Erasure.objects.waiting().filter(person=person).delete()[0]:
        audit.record("erasure.withdrawn", by=by, person=person)


@transaction.atomic
def erase_person(*, person: User, by: User | None, keep_evidence_until: date | None = None) -> Erasure:
    """Wipe a person from every package, all or nothing, and from plugins after that. Safe to repeat.

    What proves competence stays in the ledger under a number that leads to nobody, until `keep_evidence_until`
    (`LXP_EVIDENCE_RETENTION_DAYS` from today where it is not given). `by` is None for an operator at the command line.
    Raises ErasureRefusedError for whoever belongs to an organisation today, and PermissionDenied for who may not.
    """
    if by is not None:
        require(by, "person.erase", person)
    if person.is_superuser:
        raise ErasureRefusedError(_("This person operates the installation. Take that right away first."))
    organisations = {str(each.organisation) for each in person.memberships.current().select_related("organisation")}
    if organisations:
        raise ErasureRefusedError(
            _("This person still belongs to %(organisations)s. End the memberships first.")
            % {"organisations": ", ".join(sorted(organisations))}
        )
    retention = timedelta(days=settings.EVIDENCE_RETENTION_DAYS)
    return _wipe(person, by, keep_evidence_until or timezone.localdate() + retention)


def _wipe(person: User, by: User | None, keep_evidence_until: date) -> Erasure:
    locked = User.objects.select_for_update().get(pk=person.pk)
    erasure, _is_new = Erasure.objects.get_or_create(person=locked, defaults={"requested_by": by})
    if erasure.wiped_at is None:
        erasure.keep_evidence_until, erasure.wiped_at, erasure.wiped_by = keep_evidence_until, timezone.now(), by
        erasure.save(update_fields=["keep_evidence_until", "wiped_at", "wiped_by"])
        audit.record("person.erased", by=by, about=erasure, person=locked)
    plugin_manager.call_core("person_erase", person=locked, erasure=erasure)
    transaction.on_commit(lambda: _after_wiping(erasure))
    return erasure


def empty_account(*, person: User, erasure: Erasure) -> None:
    """What the platform itself keeps of a person: the account, memberships and what the audit says of them."""
    keys = list(UserSession.objects.filter(user=person).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    for profile in UserProfile.objects.filter(user=person).exclude(avatar=""):
        transaction.on_commit(partial(profile.avatar.storage.delete, profile.avatar.name), robust=True)
    for model in (UserSession, EmailAddress, Authenticator, UserProfile):
        model.objects.filter(user=person).delete()
    notices.forget(person=person)
    MembershipRole.objects.filter(membership__person=person).delete()
    Membership.objects.filter(person=person).delete()
    AuditEvent.objects.filter(person=person).update(detail={})
    # Wagtail's own log of who edited this account in its screens names it.
    ModelLogEntry.objects.for_instance(person).update(label="", data={})
    person.groups.clear()
    person.user_permissions.clear()
    person.email, person.first_name, person.last_name = f"{person.uuid}@wiped.invalid", "", ""
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login, person.wiped_at = None, erasure.wiped_at
    person.set_unusable_password()
    person.save()


def _after_wiping(erasure: Erasure) -> None:
    note_in_journal([erasure])
    wipe_from_plugins(erasure=erasure)
    _empty_log_of_changes()


def _empty_log_of_changes() -> None:
    """SQLite keeps what it wrote in a second file for a while: what was wiped goes from there too. Where somebody reads or
    writes at this moment that file is used again in its own time."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    usual = int(1000 * connection.settings_dict["OPTIONS"].get("timeout", 5))
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA busy_timeout = {CHECKPOINT_MILLISECONDS}")  # who writes meanwhile waits as long
        with suppress(OperationalError):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {usual}")


def note_in_journal(erasures: Iterable[Erasure]) -> None:
    """Add wiped people to the file that is kept apart from the database, each once, and on the disk for certain."""
    known = {each["person"] for each in journal()}
    missing = [each for each in erasures if str(each.person.uuid) not in known]
    if not missing:
        return
    lines = [
        {"person": str(each.person.uuid), "keep_evidence_until": str(each.keep_evidence_until)} for each in missing
    ]
    try:
        with journal_path().open("a", encoding="utf-8") as file:
            # An empty line first: the one before may have been broken off by a full disk.
            file.write("\n" + "".join(json.dumps(line) + "\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        logger.exception("%s erasures could not be noted in %s; reconcile tries again.", len(lines), journal_path())


def journal() -> list[dict[str, str]]:
    """The people who were wiped, as the file beside the database knows them. A line that was broken off is told and
    skipped: whoever it meant is in the database, and is noted again."""
    if not journal_path().exists():
        return []
    found = []
    for number, line in enumerate(journal_path().read_text(encoding="utf-8", errors="replace").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = {"person": str(UUID(json.loads(line)["person"])), **_day_of(json.loads(line))}
        except (ValueError, TypeError, KeyError):
            logger.error("Line %s of %s cannot be read; it is skipped.", number, journal_path())
        else:
            found.append(entry)
    return found


def _day_of(entry: dict[str, str]) -> dict[str, str]:
    return {"keep_evidence_until": date.fromisoformat(entry["keep_evidence_until"]).isoformat()}


def wipe_from_plugins(*, erasure: Erasure) -> list[str]:
    """Let each installed plugin that has not done so yet wipe a person; returns their names. A plugin that fails, or is away,
    is asked again later."""
    done = plugin_manager.tell_each(
        "person_erase", skip=frozenset(erasure.plugins_done), person=erasure.person, erasure=erasure
    )
    if done:
        Erasure.objects.filter(pk=erasure.pk).update(plugins_done=sorted({*erasure.plugins_done, *done}))
    return done


def replay() -> list[str]:
    """Wipe again whom a restored backup brought back, and from plugins that came back; one line for each that was done."""
    lines = []
    due = {each["person"]: date.fromisoformat(each["keep_evidence_until"]) for each in journal()}
    for person in User.objects.filter(uuid__in=due, wiped_at__isnull=True):
        with transaction.atomic():
            _wipe(person, None, due[str(person.uuid)])
        lines.append(f"Wiped person {person.uuid} again.")
    erasures = list(Erasure.objects.wiped().select_related("person"))
    note_in_journal(erasures)
    for erasure in erasures:
        lines.extend(f"Wiped person {erasure.person.uuid} from {name}." for name in wipe_from_plugins(erasure=erasure))
    return lines
