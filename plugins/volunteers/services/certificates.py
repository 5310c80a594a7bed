"""Certificates of participation: that somebody is a volunteer and what they read and learnt; nothing about competence."""

from __future__ import annotations

import hashlib
import json
import secrets

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lxp.models import Membership, Organisation, User
from plugins.volunteers.exceptions import CertificateRefusedError
from plugins.volunteers.models import Certificate
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
