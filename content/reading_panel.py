"""How a card reads, beside what its author writes: on every tab with text, renewed at each pause."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.panels import Panel

from content.card_form import READ_IN
from content.reading_level import HARD_SENTENCE, READ, Reading, reading_of, reading_of_card

MOST_PIECES, MOST_CHARACTERS = 500, 20_000


class ReadingPanel(Panel):
    """The level of the whole card and its long sentences; in the language of which the level is measured only."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "content/editor/reading.html"

        def is_shown(self) -> bool:
            locale = getattr(self.instance, "locale", None)
            return bool(super().is_shown()) and (locale is None or locale.language_code == READ_IN)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            reading = reading_of_card({name: getattr(self.instance, name) for name in READ})
            return {**context, "reading": told(reading)}


def told(reading: Reading | None) -> dict[str, Any]:
    """A reading in words for its author; `long` are sentences to look at."""
    if reading is None:
        return {"words": _("Nothing to read yet."), "long": [], "is_fine": True}
    level = _("This text reads at level %(level)s (Flesch-Douma %(score)s).")
    words = level % {"level": reading.level, "score": reading.score}
    if not reading.is_allowed:
        words += " " + _(
            "It is too hard to publish: a sentence has at most %(count)s words, and B1 is the hardest level."
        ) % {"count": HARD_SENTENCE}
    return {
        "words": words,
        "long": reading.long,
        "is_fine": reading.is_allowed and not reading.long,
    }


@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """How what somebody is writing reads (`text`, each a title or a line). Nothing of it is stored."""
    pieces = request.POST.getlist("text")[:MOST_PIECES]
    return JsonResponse(told(reading_of(piece[:MOST_CHARACTERS] for piece in pieces)))
