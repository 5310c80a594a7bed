"""A coordinator brings in ten volunteers from a list; a volunteer confirms a card; a nurse hands over cards, and a family opens
them without a name."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import OpenReader

COORDINATOR = "vrijwilligers@dichtbij.example"
VOLUNTEER = "ahmed.aydin@thuis.example"
SANNE = "sanne@maasdal.example"
MOST_CLICKS = 6
TEN = 10


def test_a_coordinator_brings_in_ten_volunteers_from_a_list(open_reader: OpenReader, size: str) -> None:
    reader = open_reader(COORDINATOR, size=size)
    reader.allow("422")
    page = reader.open("/p/volunteers/beheer/").page
    reader.check("volunteers")
    reader.send(page.get_by_role("link", name="Vrijwilligers uitnodigen"))
    lines = [f"Nieuw {number} {size}, nieuw{number}.{size}@thuis.example" for number in range(TEN)]
    page.get_by_role("textbox", name="Namen en e-mailadressen").fill("\n".join([*lines, "Zonder adres"]))
    page.get_by_label("Welke rol krijgen ze?").select_option(label="Bezoek")
    reader.send(page.get_by_role("button", name="Bekijk de lijst"))
    expect(page.get_by_role("alert")).to_contain_text("In deze regel staat geen e-mailadres.")
    reader.check("volunteers-list")
    page.get_by_role("textbox", name="Namen en e-mailadressen").fill("\n".join(lines))
    reader.send(page.get_by_role("button", name="Nodig 10 vrijwilligers uit"))
    expect(page.get_by_text("10 vrijwilligers zijn uitgenodigd.")).to_be_visible()
    page.get_by_label("Naam of e-mailadres").fill(f"nieuw {size}")
    reader.send(page.get_by_role("button", name="Laat zien").or_(page.get_by_role("button", name="Toon")))
    expect(page.locator("input[name=wie]")).to_have_count(TEN)


def test_a_volunteer_confirms_a_card(open_reader: OpenReader) -> None:
    reader = open_reader(VOLUNTEER, size="phone")
    page = reader.open("/p/volunteers/").page
    reader.check("volunteering")
    reader.send(page.get_by_role("link", name="Lopen met een rollator"))
    reader.check("volunteering-card")
    page.get_by_label("Ik heb deze kaart gelezen en ik begrijp hem").check()
    reader.send(page.get_by_role("button", name="Bevestig"))
    expect(page.get_by_text("is in orde.")).to_be_visible()
    reader.send(page.get_by_role("button", name="Maak een bewijs van deelname"))
    expect(page.get_by_role("heading", name="Bewijs van deelname")).to_be_visible()
    reader.check("volunteering-certificate")
    assert reader.sheets_of_paper() == 1


def test_a_nurse_hands_over_cards_in_six_clicks_and_a_family_opens_them(open_reader: OpenReader) -> None:
    reader = open_reader(SANNE, size="phone")
    page = reader.open("/p/volunteers/meegeven/").page
    reader.check("hand-over")
    page.get_by_label("Zoek een kaart").fill("steunkous")
    reader.click(page.get_by_role("button", name="Zoek", exact=True))
    expect(page.get_by_role("group", name="Gevonden")).to_be_visible()
    cards = page.locator("input[name=cards]")
    for number in range(2):
        reader.click(cards.nth(number))
    reader.click(page.get_by_role("button", name="Maak QR"))
    link = page.locator("a[href*='/i/set/']").first
    expect(link).to_be_visible()
    assert reader.clicks <= MOST_CLICKS
    reader.check("hand-over-made")
    address = link.get_attribute("href") or ""
    assert re.fullmatch(r"https?://[^/]+/i/set/[\w-]+/", address)

    family = open_reader(size="phone")
    there = family.open(f"{address}ar/").page
    expect(there.locator("html")).to_have_attribute("dir", "rtl")
    expect(there.locator(".setcards a")).to_have_count(2)
    family.check_arabic("set-in-arabic")
    assert family.context.cookies() == []
    family.open(f"{address}ar/print/").check_arabic("set-on-paper-in-arabic")
    family.open(f"{address}nl/print/")
    expect(there.locator("article.sheet")).to_have_count(2)
    family.check("set-on-paper")
    assert family.sheets_of_paper() == 2

    page.reload()
    expect(page.get_by_text("1 keer geopend.")).to_be_visible()
    reader.send(page.get_by_role("button", name="Stop deze link nu"))
    family.allow("410")
    family.open(f"{address}nl/")
    expect(there.get_by_role("heading", name="Deze pagina is er niet meer")).to_be_visible()
    family.check("set-ended")
