"""Confirming a card, and taking back what was confirmed when the card changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from content.api import InstructionPage
from lxp import audit
from lxp.models import Organisation, User
from lxp.permissions import require
from plugins.volunteers.exceptions import ConfirmationRefusedError, RevocationRefusedError
from plugins.volunteers.models import Confirmation, Proof, Revocation, RevokedConfirmation
from plugins.volunteers.permissions import people_of
from plugins.volunteers.services.standing import Line, after, standing_of


def line_of(*, person: User, organisation: Organisation, card_uuid: UUID, language: str) -> Line | None:
    """The card as this person's roles ask it, or None where they do not."""
    lines = standing_of(people=[person.pk], organisation=organisation, language=language)[person.pk].lines
    return next((each for each in lines if each.card and each.card.translation_key == card_uuid), None)


def shown_of(line: Line, organisation: Organisation) -> str:
    """What somebody read before they confirm it: this text in this language, after so many times that it was taken back."""
    if line.card is None:
        return ""
    taken_back = Revocation.objects.filter(organisation=organisation, card_uuid=line.card.translation_key).count()
    return _digest([line.card.language, line.card.text_digest, taken_back])


def _digest(facts: Any) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def confirm_card(
    *,
    person: User,
    organisation: Organisation,
    card_uuid: UUID,
    after_number: int,
    language: str,
    shown: str,
    answers: Mapping[str, str],
    says_read: bool = False,
) -> Confirmation:
    """Note that this person knows a card, once more than `after_number` times. The same asked twice is noted once.

    `shown` says what was read (`shown_of`): only that is confirmed. Where a role asks the questions, `answers` says by
    question which option was chosen; elsewhere `says_read` that the card was read. Raises ConfirmationRefusedError for a card
    that nobody asks of them, what was not said or answered right, and a page that stayed open while something changed.
    """
    line = line_of(person=person, organisation=organisation, card_uuid=card_uuid, language=language)
    if line is None or line.card is None:
        raise ConfirmationRefusedError(_("This card is not asked of you any more."))
    key = {"person": person, "organisation": organisation, "card_uuid": card_uuid, "number": after_number + 1}
    if line.number > after_number and not line.is_open:
        return Confirmation.objects.get(**key)
    if shown != shown_of(line, organisation):
        raise ConfirmationRefusedError(_("The card changed. Read it once more."))
    if line.number != after_number:
        raise ConfirmationRefusedError(_("Something changed meanwhile. Read the card once more."))
    _refuse_unproven(line.proof, line.card, says_read, answers)
    try:
        with transaction.atomic():
            return Confirmation.objects.create(**key, **_known_of(line, line.card))
    except IntegrityError:  # the other of two clicks was before this one
        return Confirmation.objects.get(**key)


def _refuse_unproven(proof: str, card: InstructionPage, says_read: bool, answers: Mapping[str, str]) -> None:
    """Raise ConfirmationRefusedError where not everything was said or answered that the role asks."""
    if proof == Proof.READ and not says_read:
        raise ConfirmationRefusedError(_("Tick first that you read this card and understand it."))
    if proof == Proof.CHECK and wrong_answers(card, answers):
        raise ConfirmationRefusedError(_("Not yet. Look at the answers below, and try again."))


def _known_of(line: Line, card: InstructionPage) -> dict[str, Any]:
    """What somebody knows now: this text, so proven, until that day."""
    return {
        "title": card.title,
        "language": card.language,
        "text_digest": card.text_digest,
        "proof": line.proof,
        "valid_until": after(timezone.localdate(), line.months) if line.months else None,
    }


def questions_of(card: InstructionPage) -> list[Any]:
    """The questions of a card: stream children, each with an id and a value."""
    return list(card.check_questions)


def question_digest(question: Any) -> str:
    """What a question and its options say. Which of them is right is no part of it: the page carries this."""
    options = [[each["text"], getattr(each["picture"], "pk", None)] for each in question.value["options"]]
    return _digest([question.value["prompt"], options])


def wrong_answers(card: InstructionPage, answers: Mapping[str, str]) -> dict[str, str]:
    """By the id of each question that was not answered right: what to think of."""
    found = {}
    for question in questions_of(card):
        options = {str(place): option for place, option in enumerate(question.value["options"])}
        option = options.get(answers.get(str(question.id), ""))
        if option is None:
            found[str(question.id)] = _("Choose an answer.")
        elif not option["right"]:
            found[str(question.id)] = option["feedback"]
    return found


def counting(*, organisation: Organisation, card_uuid: UUID) -> list[Confirmation]:
    """The confirmations of a card that count today, of today's volunteers, by name. Two queries."""
    rows = Confirmation.objects.filter(
        organisation=organisation, card_uuid=card_uuid, person__in=people_of(organisation), taken_back__isnull=True
    )
    today = timezone.localdate()
    latest = {row.person_id: row for row in rows.select_related("person").order_by("number")}
    standing = [row for row in latest.values() if row.valid_until is None or row.valid_until >= today]
    return sorted(standing, key=lambda row: (row.person.last_name.casefold(), row.person.first_name, row.pk))


def seen_of(rows: Iterable[Confirmation]) -> str:
    """What somebody saw before they took it back."""
    return hashlib.sha256(",".join(sorted(str(row.uuid) for row in rows)).encode()).hexdigest()


@transaction.atomic
def revoke_confirmations(
    *, organisation: Organisation, card: InstructionPage, reason: str, seen: str, by: User
) -> Revocation:
    """Take back every confirmation of a card that counts: everybody reads it again. `seen` is what `by` was shown.

    Raises PermissionDenied, and RevocationRefusedError where there is nothing to take back or it is not what was shown.
    """
    require(by, "volunteers.coordinate", organisation)
    rows = counting(organisation=organisation, card_uuid=card.translation_key)
    if not rows:
        raise RevocationRefusedError(_("Nobody has a confirmation of this card that counts."))
    if seen_of(rows) != seen:
        raise RevocationRefusedError(_("Something changed meanwhile. Look at the list once more."))
    try:
        with transaction.atomic():
            made = Revocation.objects.create(
                organisation=organisation,
                card_uuid=card.translation_key,
                title=card.title,
                reason=reason,
                revoked_by=by,
            )
            RevokedConfirmation.objects.bulk_create(
                [RevokedConfirmation(revocation=made, confirmation=row) for row in rows]
            )
    except IntegrityError as refusal:
        raise RevocationRefusedError(_("Somebody else did this just before you.")) from refusal
    for row in rows:
        audit.record("volunteer.confirmation_revoked", by=by, about=made, person=row.person, organisation=organisation)
    return made
