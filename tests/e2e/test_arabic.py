"""Every page for caregivers in Arabic: from right to left, nothing left in another language, nothing cut off. The set of a
family is in the journey of volunteers, and what is saved without a connection in that of saving."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import OpenReader

CARD = "/ar/dichtbij/lubs-aljawrab-aldaghit/"
PAGES = {
    "hub": "/ar/uitleg/",
    "found": "/ar/uitleg/?q=جورب",
    "not-found": "/ar/uitleg/?q=قققق",
    "card": CARD,
    "card-answered": f"{CARD}?c1=a",
    "card-in-dutch": "/ar/dichtbij/een-steunkous-uittrekken/",
    "saved": "/ar/uitleg/bewaard/",
}


@pytest.mark.looks
def test_every_page_for_caregivers_is_in_arabic(open_reader: OpenReader, size: str) -> None:
    reader = open_reader(size=size, locale="ar-SY")
    for name, address in PAGES.items():
        reader.open(address).check_arabic(f"arabic-{name}")
    reader.open("/ar/uitleg/").send(reader.page.locator(".tile a").first)
    reader.check_arabic("arabic-topic")
