"""Certificates of participation: that somebody is a volunteer and what they read and learnt; nothing about competence."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp.models import Membership, Organisation, User
from plugins.volunteers.exceptions import CertificateRefusedError
from plugins.volunteers.models import Certificate, Confirmation
from plugins.volunteers.services.standing import standing_of


@transaction.atomic
def make_certificate(*, person: User, organisation: Organisation, language: str) -> Certificate:
    """What this volunteer read and learnt until now; while nothing changes it is the same paper.

    Raises CertificateRefusedError for who did nothing yet, or is no volunteer there today.
    """
    places = Membership.objects.of_volunteers().filter(person=person, organisation=organisation)
    since = places.order_by("starts_on").values_list("starts_on", flat=True).first()
    if since is None or not places.current().exists():
        raise CertificateRefusedError(_("You are no volunteer there today."))
    standing = standing_of(people=[person.pk], organisation=organisation, language=language)[person.pk]
    titles = sorted(each.title for each in standing.lines if each.done_on is not None and not each.is_open)
    if not titles:
        raise CertificateRefusedError(_("First read one card or finish one module. Then there is something to show."))
    facts = {"name": str(person), "since": since, "roles": standing.roles, "titles": titles}
    digest = hashlib.sha256(json.dumps(facts, default=str, sort_keys=True).encode()).hexdigest()
    key = {"person": person, "organisation": organisation, "digest": digest}
    known = Certificate.objects.filter(**key).first()
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return Certificate.objects.create(**key, **facts, token=secrets.token_urlsafe(24))
    except IntegrityError:
        return Certificate.objects.get(**key)


@dataclass(frozen=True)
class Today:
    """How what a certificate says stands on the day on which somebody opens it."""

    day: date
    is_volunteer: bool
    roles: list[str]
    titles: list[tuple[str, bool]]  # what is on the paper, and whether it still counts

    @property
    def has_changed(self) -> bool:
        return not self.is_volunteer or not all(counts for _title, counts in self.titles)


def today_of(certificate: Certificate) -> Today:
    """Whether its person is still a volunteer there, with which roles, and what on the paper counts. Some ten queries."""
    person, organisation = certificate.person_id, certificate.organisation
    places = Membership.objects.of_volunteers().current().filter(person=person, organisation=organisation)
    is_volunteer = places.exists()
    counting, roles = _counting(person, organisation) if is_volunteer else (set[str](), [])
    titles = [(title, title in counting) for title in certificate.titles]
    return Today(timezone.localdate(), is_volunteer, roles, titles)


def _counting(person: int, organisation: Organisation) -> tuple[set[str], list[str]]:
    """The titles of all that counts today, in each language in which a paper is made and as they were once read; the roles."""
    titles, keys, roles = set(), set(), list[str]()
    for code, _name in settings.STAFF_LANGUAGES:
        standing = standing_of(people=[person], organisation=organisation, language=code)[person]
        roles = standing.roles
        for line in standing.lines:
            if line.done_on is not None and not line.is_open:
                titles.add(line.title)
                keys |= {line.card.translation_key} if line.card is not None else set()
    read = Confirmation.objects.filter(person=person, organisation=organisation, card_uuid__in=keys)
    return titles | set(read.values_list("title", flat=True)), roles
