"""How a card stands in each language, and a named person's word that a translation is right.

The state follows from two texts alone, the source's and the translation's own: there is no job that marks anything, so a
change of the source shows at the next look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from content.exceptions import CardError
from content.models import InstructionPage
from lxp import audit
from lxp.models import Membership, Organisation, PublicStamp, Role, User
from lxp.permissions import require


class TranslationState(models.TextChoices):
    IN_ORDER = "in_order", gettext_lazy("in order")
    BEHIND = "behind", gettext_lazy("behind")
    UNCHECKED = "unchecked", gettext_lazy("unchecked")
    MISSING = "missing", gettext_lazy("missing")


@dataclass(frozen=True)
class LanguageState:
    """A card in one language. `page_id` is None where there is no page, not even a draft. `is_offered`: readers get it."""

    state: TranslationState
    page_id: int | None = None
    is_offered: bool = False
    checked_by: str = ""
    checked_at: datetime | None = None


@dataclass(frozen=True)
class CardStates:
    """A card with how it stands in each language; the source's own language is always in order."""

    key: UUID
    page_id: int
    title: str
    organisation_id: int
    source_language: str
    is_critical: bool
    is_live: bool
    languages: dict[str, LanguageState] = field(default_factory=dict)


def state_of(page: InstructionPage) -> TranslationState:
    """How one page stands; `page.source` should have been read with it."""
    if not page.live:
        return TranslationState.MISSING
    if not page.follows_source:
        return TranslationState.BEHIND
    return TranslationState.IN_ORDER if page.is_checked else TranslationState.UNCHECKED


def states_of(
    *, organisations: Collection[Organisation] | None = None, keys: Collection[UUID] | None = None
) -> list[CardStates]:
    """Every card (drafts too) with its state in each language of the site, by title. One query."""
    pages = InstructionPage.objects.select_related("locale", "source", "checked_by")
    if organisations is not None:
        pages = pages.filter(organisation__in=organisations)
    if keys is not None:
        pages = pages.filter(translation_key__in=keys)
    pages = pages.defer(
        "steps", "check_questions", "needs", "source__steps", "source__check_questions", "source__needs"
    )
    found: dict[UUID, list[InstructionPage]] = {}
    for page in pages:
        found.setdefault(page.translation_key, []).append(page)
    cards = [_card(members) for members in found.values()]
    return sorted((card for card in cards if card is not None), key=lambda card: card.title.casefold())


def _card(members: list[InstructionPage]) -> CardStates | None:
    source = next((page for page in members if page.is_source), None)
    if source is None:
        return None
    languages = {code: LanguageState(TranslationState.MISSING) for code, _name in settings.LANGUAGES}
    languages |= {page.language: _language_state(page) for page in members}
    return CardStates(
        key=source.translation_key,
        page_id=source.pk,
        title=source.title,
        organisation_id=source.organisation_id,
        source_language=source.language,
        is_critical=source.is_critical,
        is_live=source.live,
        languages=languages,
    )


def _language_state(page: InstructionPage) -> LanguageState:
    return LanguageState(
        state=state_of(page),
        page_id=page.pk,
        is_offered=page.is_offered,
        checked_by=page.checker if page.is_checked else "",
        checked_at=page.checked_at if page.is_checked else None,
    )


@transaction.atomic
def confirm_translation(*, page_id: int, by: User, text: str, source_text: str) -> InstructionPage:
    """A named person's word that the live translation says what the live source says.

    `text` and `source_text` are the digests of what that person read (`text_digest` of page and source): where one of them
    changed since, nothing is confirmed. Raises CardError; PermissionDenied for who may not check.
    """
    page = _locked(page_id)
    require(by, "card.check", page)
    source = page.source
    if source is None:
        raise CardError(_("This is the text that the others are made of. There is nothing to compare it with."))
    if not page.live:
        raise CardError(_("This translation is a draft. Publish it first, then check it."))
    if source.is_critical and wrote_it(by, page):
        raise CardError(_("You wrote this text yourself. Ask somebody else who may publish to check this card."))
    if (page.text_digest, source.text_digest) != (text, source_text):
        raise CardError(_("The text changed while you were reading. Read it again, then say that it is right."))
    page.made_of, page.checked_text = source_text, text
    page.checked_by, page.checked_at = by, timezone.now()
    _store(page, "made_of", "checked_by", "checked_at", "checked_text")
    audit.record("card.checked", by=by, about=page, organisation=page.organisation, text=text, source=source_text)
    return page


def wrote_it(person: User, page: InstructionPage) -> bool:
    """Whether this person wrote the text that is live; False where that is not known."""
    return page.live_revision is not None and page.live_revision.user_id == person.pk


def others_who_check(page: InstructionPage, person: User) -> bool:
    """Whether somebody else may check this card today; where nobody may, a partner organisation has to lend somebody."""
    publishers = (
        Membership.objects.of_staff().current().with_role(Role.PUBLISHER).filter(organisation=page.organisation_id)
    )
    return publishers.exclude(person=person).exists()


@transaction.atomic
def keep_translations(*, source_id: int, by: User, source_text: str, texts: Mapping[int, str]) -> list[InstructionPage]:
    """A named person's word that a change of the source changes nothing in these languages, such as a mended typing error.

    Who checked a translation stays its checker: its text did not change. `texts` holds the digest that was on the screen of
    each page, by its number. All or none; raises CardError, and PermissionDenied for who may not check.
    """
    source = _locked(source_id)
    require(by, "card.check", source)
    pages = list(source.translations_of_card.select_for_update(of=("self",)).filter(pk__in=texts, live=True))
    if not texts:
        raise CardError(_("Choose at least one language."))
    if len(pages) != len(texts) or source.text_digest != source_text:
        raise CardError(_("The text changed while you were reading. Read it again, then say that it is right."))
    for page in pages:
        require(by, "card.check", page)  # a page may have been moved to another organisation
        if page.text_digest != texts[page.pk]:
            raise CardError(_("The text changed while you were reading. Read it again, then say that it is right."))
        before, page.made_of = page.made_of, source_text
        _store(page, "made_of")
        audit.record("card.kept", by=by, about=page, organisation=page.organisation, before=before, source=source_text)
    return pages


@transaction.atomic
def follow_source(*, page_id: int, by: User | None) -> InstructionPage:
    """Somebody brought the translation up to the source of today; whether it is right is still to be checked. Without
    `by` it is a library that was loaded."""
    page = _locked(page_id)
    if by is not None:
        require(by, "organisation.write", page.organisation)
    if page.source is None or page.follows_source:
        return page
    page.made_of = page.source.text_digest
    page.checked_by, page.checked_at, page.checked_text = None, None, ""
    _store(page, "made_of", "checked_by", "checked_at", "checked_text")
    audit.record("card.followed_source", by=by, about=page, organisation=page.organisation, source=page.made_of)
    return page


@transaction.atomic
def withdraw_check(*, page_id: int, by: User) -> InstructionPage:
    """Take back that a translation is right. A medical-critical card goes out of that language at once."""
    page = _locked(page_id)
    require(by, "card.check", page)
    if page.checked_at is not None:
        page.checked_by, page.checked_at, page.checked_text = None, None, ""
        _store(page, "checked_by", "checked_at", "checked_text")
        audit.record("card.check_withdrawn", by=by, about=page, organisation=page.organisation)
    return page


def _locked(page_id: int) -> InstructionPage:
    page = InstructionPage.objects.select_for_update(of=("self",)).filter(pk=page_id).first()
    if page is None:
        raise CardError(_("This card is not there any more."))
    return page


def _store(page: InstructionPage, *names: str) -> None:
    """The row alone: what somebody is writing in a draft is left as it is."""
    InstructionPage.objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in names})
    PublicStamp.raise_number()
