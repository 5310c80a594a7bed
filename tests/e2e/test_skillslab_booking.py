"""A carer whose skill expires books practice from the card, comes, is signed, and holds it again: in few taps."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenReader
from tests.e2e.demo import Demo
from tests.e2e.reader import SIZES

MOST_CLICKS = 12
CARD, MODULE = "Blaaskatheter inbrengen", "Een blaaskatheter inbrengen"

PLAN = """
from datetime import timedelta
from django.utils import timezone
from lxp.models import User
from plugins.skillslab.models import Booking, Session
from plugins.skillslab.services.day.attendance import code_of
from plugins.skillslab.services.day.signing import request_sign_off
from courses.services.assessment import sign
"""
IT_IS_TIME = """
booking = Booking.objects.get(person__email={person!r}, state="booked")
session = booking.session
begins = timezone.now() - timedelta(minutes=5)
Session.objects.filter(pk=session.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=3))
print(code_of(session, timezone.now()))
"""
SIGN = """
booking = Booking.objects.select_related("session__session_type").get(person__email={person!r}, state="booked")
assessor = User.objects.get(email="beoordelaar@maasdal.example")
booking.session.allocations.get_or_create(person=assessor, defaults={{"role": "assessor"}})
asked = request_sign_off(booking=booking, by=assessor)
row = asked.attempt.version.activities.get(block_id=asked.block_id)
scores = {{each["id"]: "met" for each in row.content["criteria"]}}
sign(request=asked, by=assessor, scores=scores, is_competent=True, feedback="Rustig en steriel gewerkt.")
"""


def run(demo: Demo, script: str, **values: str) -> str:
    return demo.command("shell", "--no-imports", "--command", PLAN + script.format(**values)).strip()


@pytest.fixture(scope="module")
def carers(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Size of the window → the address of somebody for it; loaded together, since loading begins a process."""
    folder = tmp_path_factory.mktemp("carers")
    found = {size: write_carer(folder, f"kaart-{size}") for size in SIZES}
    demo.command("load_library", str(folder))
    return found


def write_carer(folder: Path, name: str) -> str:
    """A colleague of Sanne, whose practical ends in 21 days."""
    email = f"{name}@maasdal.example"
    membership = {"organisation": "maasdal", "unit": "team-geel", "job": "Verzorgende IG", "starts_on": "2022-03-01"}
    person = {"first_name": name.title(), "last_name": "Bakker", "email": email, "memberships": [membership]}
    proof = {"organisation": "maasdal", "module": "blaaskatheter-inbrengen"}
    practical = {
        "id": "praktijk",
        "competency": "blaaskatheter-inbrengen-praktijk",
        "level": "alone",
        "kind": "practical",
        "expires_in_days": 21,
        "assessor": "beoordelaar@maasdal.example",
        **proof,
    }
    theory = {"id": "theorie", "competency": "blaaskatheter-inbrengen-theorie", "level": "know", "kind": "test"}
    rows = [practical, {**theory, "days_ago": 400, **proof}]
    for part, document in (("people", person), ("evidence", {"person": email, "evidence": rows})):
        (folder / part).mkdir(parents=True, exist_ok=True)
        (folder / part / f"{name}.yaml").write_text(yaml.safe_dump(document), encoding="utf-8")
    return email


def card() -> str:
    return f"[data-kind=expiring]:has-text('{CARD}') a"


def test_from_the_card_that_expires_to_the_skill_that_counts_again(
    open_reader: OpenReader, demo: Demo, size: str, carers: dict[str, str]
):
    email = carers[size]
    reader = open_reader(email, size=size)
    page = reader.open("/mijn/").page
    expect(page.locator("#praktijk")).to_have_text(f"Boek praktijk: {CARD}")
    expect(page.get_by_text("Het verloopt over 21 dagen.")).to_be_visible()
    expect(page.locator(".opening button")).to_have_count(3)
    reader.check("skillslab-home")

    reader.clicks = 0
    reader.click(page.locator(card()).first)
    expect(page.locator("h1")).to_have_text(CARD)
    reader.click(page.locator("main a", has_text=MODULE).first)
    expect(page.locator("h1")).to_have_text(MODULE)
    reader.check("skillslab-module")
    reader.click(page.locator(".opening button").first)
    expect(page.locator(".opening .tag--ok")).to_be_visible()
    reader.check("skillslab-module-booked")
    reader.click("form[action$='/start/'] button")
    expect(page.locator("#actionbar")).to_be_visible()

    code = run(demo, IT_IS_TIME, person=email)
    reader.open("/mijn/")
    reader.click(page.locator("[data-kind=booked] a, section.resume a", has_text=CARD).or_(booked_step(page)).first)
    reader.check("skillslab-session-now")
    page.locator("#code").fill(code)
    reader.click("form[action$='/aanwezig/'] button[type=submit]")
    expect(page.locator("#code")).to_have_count(0)

    run(demo, SIGN, person=email)
    reader.open("/mijn/")
    expect(page.locator(card())).to_have_count(0)
    expect(page.locator("#praktijk", has_text=CARD)).to_have_count(0)
    assert reader.clicks <= MOST_CLICKS
    assert reader.clicks == 6


def booked_step(page: Page) -> Locator:
    """The booking of now is the one next step."""
    return page.locator("section.resume .btn")
