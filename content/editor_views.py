"""Screens of cards inside the editor: which card is there in which language, checking a translation, and keeping translations
after a change that changes nothing in them; and what people need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, get_language_info, ngettext
from django.utils.translation import gettext as _

from content.models import InstructionPage, OrganisationPage
from content.quarters import earlier, in_words, this_quarter
from content.services.card_texts import Change, changes_between, earlier_text, earlier_texts, pairs_of, rows_of
from content.services.counting import QUARTERS_KEPT
from content.services.need import language_names, missed_searches, need_of_all, need_of_own, need_table, together
from content.services.translations import (
    CardStates,
    LanguageState,
    TranslationState,
    confirm_translation,
    follow_source,
    keep_translations,
    others_who_check,
    states_of,
    withdraw_check,
    wrote_it,
)
from lxp.editor.addresses import NUMBER_DIGITS
from lxp.exceptions import LxpError
from lxp.http import SignedInRequest
from lxp.models import Organisation, User
from lxp.permissions import EDITING_ROLES, may
from lxp.spreadsheet import csv_response

ICONS = {
    TranslationState.IN_ORDER: "circle-check",
    TranslationState.BEHIND: "history",
    TranslationState.UNCHECKED: "view",
    TranslationState.MISSING: "minus",
}


@dataclass(frozen=True)
class Cell:
    """A card in one language, as the board shows it."""

    language: str
    name: str
    state: LanguageState
    icon: str
    is_source: bool


@dataclass(frozen=True)
class Row:
    card: CardStates
    cells: list[Cell]
    keeps: bool  # a language stayed behind: perhaps the change changes nothing in it


@dataclass(frozen=True)
class Group:
    """Languages that were made of the same earlier text of the source, and what changed since."""

    changes: list[Change]
    pages: list[InstructionPage]


def _here(request: HttpRequest) -> list[Organisation] | None:
    """The organisation whose cards are shown; None is every one, for an operator."""
    signed_in = cast("SignedInRequest", request)
    if signed_in.user.is_superuser:
        return None
    mine = signed_in.user.organisations_with_role(*EDITING_ROLES)
    return sorted(mine, key=lambda each: each != signed_in.organisation)[:1]


def _row(card: CardStates, shown: dict[str, str]) -> Row:
    cells = [
        Cell(code, name, card.languages[code], ICONS[card.languages[code].state], code == card.source_language)
        for code, name in shown.items()
    ]
    keeps = card.is_live and any(each.state == TranslationState.BEHIND for each in card.languages.values())
    return Row(card, cells, keeps)


def _write_url(organisation: Organisation) -> str:
    """Where a new card of an organisation is written; "" where it has no page yet."""
    place = OrganisationPage.objects.filter(organisation=organisation, locale__language_code=settings.LANGUAGE_CODE)
    found = place.values_list("pk", flat=True).first()
    return reverse("wagtailadmin_pages:add", args=["content", "instructionpage", found]) if found else ""


def board(request: HttpRequest) -> HttpResponse:
    """Each card a row, each language a cell. Filters: `state` and `language`."""
    here, names = _here(request), language_names()
    state = request.GET.get("state", "") if request.GET.get("state") in TranslationState.values else ""
    language = request.GET.get("language", "") if request.GET.get("language") in names else ""
    shown = {language: names[language]} if language else names
    cards = [
        card for card in states_of(organisations=here) if not state or state in [card.languages[c].state for c in shown]
    ]
    context = {
        "rows": [_row(card, shown) for card in cards],
        "columns": list(shown.values()),
        "names": names,
        "states": TranslationState.choices,
        "state": state,
        "language": language,
        "organisation": here[0] if here else None,
        "write_url": _write_url(here[0]) if here else "",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Cards and languages")},
        ],
    }
    return render(request, "content/editor/board.html", context)


def need(request: HttpRequest) -> HttpResponseBase:
    """How often cards were opened, printed and understood, and what was not found. Filters: `quarter`, `language`,
    `scope`; with `format=csv` the same figures as a file."""
    here, now, names = _here(request), this_quarter(), language_names()
    if here == []:
        raise PermissionDenied
    quarters = {each: in_words(each) for each in (earlier(now, count) for count in range(QUARTERS_KEPT + 1))}
    quarter = request.GET.get("quarter", "") if request.GET.get("quarter") in quarters else now
    language = request.GET.get("language", "") if request.GET.get("language") in names else ""
    is_together = here is None or request.GET.get("scope") == "together"
    if is_together:
        rows = need_of_all(quarter=quarter, reader=get_language() or "nl", language=language)
    else:
        rows = need_of_own(organisations=here, quarter=quarter, language=language)
    missed = missed_searches(quarter=quarter, language=language)
    if request.GET.get("format") == "csv":
        return csv_response(f"nodig-{quarter}", *need_table(rows, missed))
    context = {
        "rows": rows,
        "total": together(rows),
        "missed": missed,
        "quarters": quarters,
        "quarter": quarter,
        "names": names,
        "language": language,
        "organisation": here[0] if here else None,
        "is_together": is_together,
        "breadcrumbs_items": _breadcrumbs(_("What people at home need")),
    }
    return render(request, "content/editor/need.html", context)


def _pages() -> QuerySet[InstructionPage]:
    return InstructionPage.objects.select_related("locale", "source__locale", "checked_by", "live_revision")


def _reader(request: HttpRequest, page: InstructionPage) -> User:
    """Who looks; the guard of the editor asked already whose page it is."""
    person = cast("SignedInRequest", request).user
    if not may(person, "organisation.write", page.organisation):
        raise PermissionDenied
    return person


def _breadcrumbs(title: str) -> list[dict[str, str]]:
    return [
        {"url": reverse("wagtailadmin_home"), "label": _("Home")},
        {"url": reverse("content_editor:board"), "label": _("Cards and languages")},
        {"url": "", "label": title},
    ]


def check(request: HttpRequest, page_id: int) -> HttpResponse:
    """Source and translation side by side, and one button that says that it is right."""
    page = _pages().filter(pk=page_id, source__isnull=False).first()
    if page is None or page.source is None:
        raise Http404
    person = _reader(request, page)
    if request.method == "POST":
        try:
            messages.success(request, _decided(request, page, person))
        except LxpError as refusal:
            messages.error(request, str(refusal))
        else:
            return redirect("content_editor:check", page_id)
        page = _pages().get(pk=page_id)
    source = cast("InstructionPage", page.source)
    earlier = None if page.follows_source else earlier_text(source, page.made_of)
    context = {
        "page": page,
        "source": source,
        "pairs": pairs_of(page, source, earlier),
        "changes_known": page.follows_source or earlier is not None,
        "source_language": get_language_info(source.language),
        "page_language": get_language_info(page.language),
        "may_check": may(person, "card.check", page),
        "is_own_text": source.is_critical and wrote_it(person, page),
        "is_alone": not others_who_check(page, person),
        "breadcrumbs_items": _breadcrumbs(page.title),
    }
    return render(request, "content/editor/check.html", context)


def _decided(request: HttpRequest, page: InstructionPage, person: User) -> str:
    """Do what the button said; the words for who pushed it."""
    if "withdraw" in request.POST:
        withdraw_check(page_id=page.pk, by=person)
        return _("The check is taken back.")
    if "follow" in request.POST:
        follow_source(page_id=page.pk, by=person)
        return _("Thank you. Somebody still has to check this text.")
    text, source_text = request.POST.get("text", ""), request.POST.get("source_text", "")
    confirm_translation(page_id=page.pk, by=person, text=text, source_text=source_text)
    return _("Thank you. Your name now stands with this text.")


def keep(request: HttpRequest, page_id: int) -> HttpResponse:
    """After a mended typing error: the languages that stay right, with one click."""
    source = _pages().filter(pk=page_id, source__isnull=True).first()
    if source is None:
        raise Http404
    person = _reader(request, source)
    if request.method == "POST":
        posted = [pk for pk in request.POST.getlist("page") if pk.isdecimal() and len(pk) <= NUMBER_DIGITS]
        texts = {int(pk): request.POST.get(f"text-{pk}", "") for pk in posted}
        try:
            pages = keep_translations(
                source_id=page_id, by=person, source_text=request.POST.get("source_text", ""), texts=texts
            )
        except LxpError as refusal:
            messages.error(request, str(refusal))
            source = _pages().get(pk=page_id)
        else:
            words = ngettext("%(count)d language stays as it is.", "%(count)d languages stay as they are.", len(pages))
            messages.success(request, words % {"count": len(pages)})
            return redirect("content_editor:board")
    groups, unknown = _groups(source)
    context = {
        "source": source,
        "groups": groups,
        "unknown": unknown,
        "may_check": may(person, "card.check", source),
        "breadcrumbs_items": _breadcrumbs(source.title),
    }
    return render(request, "content/editor/keep.html", context)


def _groups(source: InstructionPage) -> tuple[list[Group], list[InstructionPage]]:
    """The languages that are behind by what they were made of; and those of which that text is not known any more."""
    pages = source.translations_of_card.select_related("locale", "source", "checked_by").filter(live=True)
    pages = pages.filter(organisation=source.organisation_id)
    behind = [page for page in pages.order_by("locale") if not page.follows_source]
    texts, now = earlier_texts(source, {page.made_of for page in behind}), rows_of(source)
    groups = [
        Group(changes_between(rows, now), [page for page in behind if page.made_of == digest])
        for digest, rows in texts.items()
    ]
    return groups, [page for page in behind if page.made_of not in texts]
