"""Instruction cards for a reader: which there are, and in which language each is offered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from wagtail.models import Page, PageViewRestriction

from content.card_text import picture_of
from content.models import InstructionPage, Picture, TopicPage
from lxp.models import Organisation


def cards_of(
    *,
    language: str,
    organisations: Collection[Organisation] | None = None,
    topic: TopicPage | None = None,
    keys: Collection[UUID] | None = None,
) -> list[InstructionPage]:
    """The live cards, each once, in the reader's language where it is offered in it and else in its first language; by title.

    One query. `organisations`, `topic` (in any language) and `keys` narrow it; None narrows nothing. A page says with
    `language` what it is in, and with `address_in(language)` where it is read.
    """
    pages = _readable_in(language)
    if organisations is not None:
        pages = pages.filter(organisation__in=organisations)
    if keys is not None:
        pages = pages.filter(translation_key__in=keys)
    if topic is not None:
        key = topic.translation_key
        pages = pages.filter(Q(source__isnull=True, topic__translation_key=key) | Q(source__topic__translation_key=key))
    return sorted(_best(pages, language).values(), key=lambda page: page.title.casefold())


def are_there(language: str) -> bool:
    """Whether a reader of this language has any card; one query, which makes no pages."""
    return _readable_in(language).exists()


def card_in(key: UUID, language: str) -> InstructionPage | None:
    """The card with this key as a reader of this language gets it, or None where there is none. One query."""
    return _best(_readable_in(language).filter(translation_key=key), language).get(key)


def card_called(short_name: str, language: str) -> InstructionPage | None:
    """The card with this short address, as `card_in` gives it. Two queries."""
    source = InstructionPage.objects.originals().filter(short_name=short_name).only("translation_key").first()
    return card_in(source.translation_key, language) if source is not None else None


def languages_of(cards: Iterable[InstructionPage]) -> dict[UUID, list[str]]:
    """In which languages each of these cards is offered, in the order of the site; one query for all of them."""
    order = [code for code, _name in settings.LANGUAGES]
    pages = InstructionPage.objects.offered().filter(translation_key__in={each.translation_key for each in cards})
    found: dict[UUID, list[str]] = {}
    for key, code in pages.order_by().values_list("translation_key", "locale__language_code"):
        found.setdefault(key, []).append(code)
    return {key: sorted(codes, key=order.index) for key, codes in found.items()}


def covers_of(cards: Iterable[InstructionPage]) -> dict[int, Picture]:
    """The first picture of each card that has one, by the number of the page; one query for all of them."""
    numbers: dict[int, int] = {}
    for card in cards:
        found = (picture_of(step["value"]) for step in card.facts.steps.raw_data)
        number = next((each for each in found if each), None)
        if number is not None:
            numbers[card.pk] = number
    pictures = Picture.objects.in_bulk(set(numbers.values()))
    return {pk: pictures[number] for pk, number in numbers.items() if number in pictures}


def _readable_in(language: str) -> QuerySet[InstructionPage]:
    pages = InstructionPage.objects.offered().filter(Q(locale__language_code=language) | Q(source__isnull=True))
    # A card that Wagtail keeps from visitors, or that stands below a page that it keeps from them, is in no list for everybody.
    # The path of what is kept is looked up for each restriction, of which there are few: joined, all pages are read for each.
    top = Subquery(Page.objects.filter(pk=OuterRef("page")).order_by().values("path"))
    kept = PageViewRestriction.objects.annotate(
        place=ExpressionWrapper(OuterRef("path"), output_field=CharField()), top=top
    ).filter(place__startswith=F("top"))
    return pages.filter(~Exists(kept)).select_related("locale", "organisation", "source__locale")


def _best(pages: Iterable[InstructionPage], language: str) -> dict[UUID, InstructionPage]:
    """Of each card the page in this language, else its source."""
    found: dict[UUID, InstructionPage] = {}
    for page in pages:
        if page.translation_key not in found or page.language == language:
            found[page.translation_key] = page
    return found
