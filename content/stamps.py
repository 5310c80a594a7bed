"""Wagtail's signals that something public changed: each makes the cached public pages old."""

from __future__ import annotations

from typing import Any

from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from lxp.models import PublicStamp


def raise_public_stamp(**arguments: Any) -> None:
    PublicStamp.raise_number()


def connect() -> None:
    for signal in (page_published, page_unpublished, post_page_move, page_slug_changed):
        signal.connect(raise_public_stamp, dispatch_uid="content.raise_public_stamp")
