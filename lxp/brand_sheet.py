"""The stylesheet of the organisations' colours, and the version that its address carries."""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from lxp import brand
from lxp.models import Organisation

CACHE_SECONDS = 60
CACHE_KEY = "lxp-brand-sheet"


def brand_sheet() -> tuple[str, str]:
    """(version, CSS) for all open organisations; a new colour shows within a minute."""
    cached = cache.get(CACHE_KEY)
    if cached is None:
        colours = dict(Organisation.objects.open().order_by("slug").values_list("slug", "colour"))
        css = brand.stylesheet(colours)
        cached = (hashlib.sha256(css.encode()).hexdigest()[:12], css)
        cache.set(CACHE_KEY, cached, CACHE_SECONDS)
    return cached


def brand_version() -> str:
    return brand_sheet()[0]
