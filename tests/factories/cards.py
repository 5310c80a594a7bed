"""Instruction cards and their translations, live."""

from __future__ import annotations

from typing import Any

from wagtail.models import Locale

from content.models import InstructionPage
from content.services.workspaces import place_in
from lxp.models import Organisation

STEP_ID = "5a0c6f2e-0000-4000-8000-00000000000%d"


def step_data(
    number: int = 1, title: str = "Laat de ander zitten", text: str = "Het been ligt op een stoel."
) -> dict[str, Any]:
    return {"type": "step", "id": STEP_ID % number, "value": {"title": title, "text": text}}


def make_card(organisation: Organisation, **fields: Any) -> InstructionPage:
    """A live Dutch card of this organisation."""
    values: dict[str, Any] = {
        "title": "Een steunkous aantrekken",
        "intro": "Zo helpt u iemand met een steunkous.",
        "steps": [step_data()],
    }
    return _publish(organisation, "nl", {**values, **fields})


def translate_card(card: InstructionPage, language: str, **fields: Any) -> InstructionPage:
    """The card in another language, made of the source as it is now, live and checked by nobody."""
    values: dict[str, Any] = {
        "title": f"{card.title} ({language})"[:60],
        "slug": f"{card.slug}-{language}",
        "intro": f"{card.intro} ({language})",
        "steps": list(card.steps.raw_data),
        "translation_key": card.translation_key,
    }
    return _publish(card.organisation, language, {**values, **fields})


def change_card(page: InstructionPage, **fields: Any) -> InstructionPage:
    """Publish another text of a page, as the editor does."""
    page = InstructionPage.objects.get(pk=page.pk)
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return InstructionPage.objects.get(pk=page.pk)


def _publish(organisation: Organisation, language: str, fields: dict[str, Any]) -> InstructionPage:
    place = place_in(organisation=organisation.slug, language=language)
    page = InstructionPage(locale=Locale.objects.get(language_code=language), **fields)
    place.add_child(instance=page)
    page.save_revision().publish()
    return InstructionPage.objects.get(pk=page.pk)
