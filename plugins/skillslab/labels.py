"""Labels for pieces of equipment."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe

from plugins.skillslab.models import Resource


def label_of(piece: Resource) -> SafeString:
    """The scan code of a piece as a QR code (ISO/IEC 18004), nothing but the code itself: any scanner can read it."""
    drawn = segno.make(piece.scan_code, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 - drawn by segno; the code is in it as black and white only
