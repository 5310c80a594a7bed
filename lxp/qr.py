"""QR codes (ISO/IEC 18004)."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_code(text: str) -> SafeString:
    """A text, most often an address of ours, as a drawing that any scanner can read."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(border=2, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(drawn)  # noqa: S308 - drawn by segno; the text is in it as black and white only
