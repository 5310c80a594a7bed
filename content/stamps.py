"""Wagtail's signals that something public changed: each makes the cached public pages old, and a moved card another's."""

from __future__ import annotations

from typing import Any

from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from content.models import InstructionPage
from lxp.models import PublicStamp


def raise_public_stamp(**arguments: Any) -> None:
    PublicStamp.raise_number()


def keep_cards_with_their_place(instance: Any, **arguments: Any) -> None:
    """A card that was moved belongs to the organisation below whose page it stands now."""
    card = instance.specific
    if isinstance(card, InstructionPage):
        card.belong_to_place()


def connect() -> None:
    post_page_move.connect(keep_cards_with_their_place, dispatch_uid="content.keep_cards_with_their_place")
    for signal in (page_published, page_unpublished, post_page_move, page_slug_changed):
        signal.connect(raise_public_stamp, dispatch_uid="content.raise_public_stamp")
