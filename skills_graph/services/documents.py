"""What our credentials, issuers and achievements say, as the standards write it; and ours by their identifier."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lxp.models import Organisation
from skills_graph.exceptions import SigningKeyError
from skills_graph.models import NEVER, Achievement, Credential, Evidence, IssuerKey, StatusList
from skills_graph.openbadges import Achievement as AchievementWords
from skills_graph.openbadges import (
    Award,
    CitedEvidence,
    Issuer,
    PublicKey,
    Recipient,
    SigningKey,
    StatusEntry,
    Target,
    build_achievement,
    build_credential,
    build_did_document,
    sign,
)
from skills_graph.services.addresses import address_of, did_of, method_of, named_by
from skills_graph.services.status_lists import signed_list, state_of

RELATED = ("achievement__organisation", "achievement__competency__framework__scale", "person", "status_list")


def language_of(organisation: Organisation) -> str:
    """The language in which an organisation writes: the first of its own that we have."""
    ours = dict(settings.LANGUAGES)
    return next((each for each in organisation.languages if each in ours), settings.LANGUAGE_CODE)


def end_of(until: date) -> datetime | None:
    """The moment from which something no longer counts: midnight here, whatever the clock does that night."""
    return None if until == NEVER else timezone.make_aware(datetime.combine(until, time.min))


def sign_credential(
    credential: Credential, *, evidence: Iterable[Evidence], key: IssuerKey, secret: SigningKey
) -> dict[str, Any]:
    """The signed Open Badge of a credential, in the language of its issuer; about 20 milliseconds.

    Of the person it holds the name; their identifier is of this credential alone, so that two credentials do not tell that
    they are of the same person (decision 0027). Of who assessed it holds nothing.
    """
    achievement = credential.achievement
    organisation = achievement.organisation
    with translation.override(language_of(organisation)):
        award = Award(
            address=address_of("credential", credential.uuid),
            issuer=_issuer(organisation),
            recipient=Recipient(_subject_of(credential), credential.person.get_full_name()),
            achievement=_words(achievement),
            valid_from=credential.issued_at,
            valid_until=end_of(credential.until),
            evidence=tuple(_cited(each) for each in evidence),
            status=StatusEntry(address_of("status_list", credential.status_list.uuid), credential.status_index),
        )
    method = method_of(organisation, key.public_multibase)
    return sign(build_credential(award), key=secret, verification_method=method, created=credential.issued_at)


def _subject_of(credential: Credential) -> str:
    """The person in this credential: made of its own public number, so it says nothing that the credential did not."""
    return uuid5(credential.uuid, "credentialSubject").urn


def _issuer(organisation: Organisation) -> Issuer:
    return Issuer(did_of(organisation), organisation.name)


def _words(achievement: Achievement) -> AchievementWords:
    competency = achievement.competency
    scale = competency.framework.scale
    values = {
        "competency": competency,
        "level": achievement.level,
        "most": len(scale.levels),
        "words": scale.label_of(achievement.level),
    }
    level = _("Level %(level)d of %(most)d: %(words)s.") % values
    criteria = _(
        "By the rules of the issuer this is proven: by an assessment in practice, a diploma or an accreditation."
    )
    if competency.is_reserved:
        criteria = _(
            "A reserved act: theory and practice are both proven, the practice by an assessor with authority, a diploma or "
            "an accreditation. It says that somebody is competent, not that somebody is authorised: an order for the act "
            "stays needed."
        )
    return AchievementWords(
        address=address_of("achievement", achievement.uuid),
        name=str(competency),
        description=f"{competency.in_short} {level}".strip(),
        criteria=criteria,
        language=language_of(achievement.organisation),
        targets=(
            Target(
                name=str(competency),
                url=competency.uri,
                code=competency.code,
                framework=str(competency.framework),
                description=level,
            ),
        ),
    )


def _cited(evidence: Evidence) -> CitedEvidence:
    """What it was, when and of whom; never who assessed, and no scores."""
    values = {"day": date_format(evidence.occurred_on), "organisation": evidence.issuer.name}
    return CitedEvidence(
        name=f"{evidence.competency} · {evidence.get_kind_display()}",
        narrative=_("%(day)s, %(organisation)s") % values,
        genre=evidence.kind,
    )


def achievement_document(achievement: Achievement) -> dict[str, Any]:
    """What can be earned, as JSON-LD; the same words as in its credentials."""
    organisation = achievement.organisation
    with translation.override(language_of(organisation)):
        return build_achievement(_words(achievement), _issuer(organisation))


def did_document(organisation: Organisation) -> dict[str, Any] | None:
    """Who an organisation is as an issuer, with every key that counts; None for one that never signed."""
    rows = list(IssuerKey.objects.trusted().filter(organisation=organisation))
    if not rows:
        return None
    keys = {row.public_multibase: PublicKey.from_multibase(row.public_multibase) for row in rows}
    signs = next((row.public_multibase for row in rows if row.retired_at is None), None)
    return build_did_document(did_of(organisation), keys, signs_with=signs)


def own_document(identifier: str) -> Mapping[str, Any] | None:
    """Of one of our issuers or status lists, what anybody else would be given; None where it is not ours, or not there.

    Also None where no database answers: `lxp verify` works without one.
    """
    match = named_by(identifier)
    if match is None:
        return None
    try:
        if match.view_name == "skills_graph:issuer":
            organisation = Organisation.objects.filter(uuid=match.kwargs["organisation_uuid"]).first()
            return did_document(organisation) if organisation else None
        if match.view_name == "skills_graph:status_list":
            found = StatusList.objects.select_related("organisation").filter(uuid=match.kwargs["list_uuid"]).first()
            return signed_list(state_of(found)) if found else None
    except (DatabaseError, SigningKeyError):
        return None
    return None


def own_credential(address: str) -> bytes | None:
    """The credential behind the address of one of our credential pages; None where it is no such address."""
    match = named_by(address.strip())
    if match is None or match.view_name not in ("skills_graph:credential", "skills_graph:credential_download"):
        return None
    try:
        row = Credential.objects.filter(uuid=match.kwargs["credential_uuid"]).exclude(document={}).first()
    except DatabaseError:
        return None
    return json.dumps(row.document).encode() if row else None
