"""QR codes of addresses of ours."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def drawn(address: str) -> SafeString:
    """A QR code of an address of ours."""
    code = segno.make(address, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(code)  # noqa: S308 - drawn by segno from an address of ours
