"""From the theory of a reserved act to a proof that a stranger checks, and sees withdrawn."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import UUID

from playwright.sync_api import Locator, expect

from tests.e2e.conftest import OpenReader, TakeModule
from tests.e2e.reader import Reader

TITLE = "Blaaskatheter inbrengen"
# The jobs of both learners ask the act, and neither has proved anything of it; each with an assessor of the same employer.
LEARNERS = {"phone": "els.notermans@dichtbij.example", "desk": "milan.jacobs@zorgcollege.example"}
ASSESSORS = {"phone": "samira.benali@dichtbij.example", "desk": "beoordelaar@maasdal.example"}


def main_button(reader: Reader) -> Locator:
    return reader.page.locator("#actionbar .btn:not(.btn--line)")


def pass_theory(learner: Reader, path: str) -> None:
    learner.open(path).use("form[action$='/start/'] button")
    learner.use(learner.page.locator("form.quiz").get_by_label("Ik lees de opdracht.", exact=True), "Space")
    learner.use(main_button(learner))
    expect(learner.page.locator("article[id^=question-]")).to_have_count(1)
    learner.use(main_button(learner))
    learner.page.wait_for_url(re.compile("/2/$"))


def sign(assessor: Reader, title: str) -> None:
    page = assessor.open("/beoordelen/").page
    page.locator(".inbox__item", has_text=title).locator("a").click()
    expect(page.locator("section:has(#bewijst)")).to_contain_text(f"{TITLE}: praktijk")
    expect(page.locator(".criterion-field").first).to_be_visible()
    for criterion in page.locator(".criterion-field").all():
        criterion.locator("label:has(input[value=met])").click()
    page.locator("label:has(input[name=decision][value=competent])").click()
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile("/beoordelen/$"))


def test_from_theory_to_a_proof_that_a_stranger_sees_withdrawn(
    open_reader: OpenReader, take_module: TakeModule, tmp_path: Path, size: str
):
    act = take_module("act")
    learner = open_reader(LEARNERS[size], size=size)
    pass_theory(learner, act.path)
    skill = learner.open("/mijn/vaardigheden/").page.locator(".skill", has_text=TITLE)
    expect(skill).to_contain_text("Theorie")
    expect(skill).to_contain_text("praktijk")
    expect(learner.page.locator(".badge", has_text=TITLE)).to_have_count(0)
    learner.use(skill.locator("a").first)
    expect(learner.page.locator("#delen")).to_be_visible()
    expect(learner.page.locator(".proof__node", has_text=act.title)).to_be_visible()
    why = learner.page.url
    learner.check("why-theory-only")

    learner.use(learner.open(act.path).page.locator("a.btn[href^='/leren/']").first)
    learner.use("#actionbar button")
    expect(learner.page.locator("#actionbar button")).to_have_count(0)
    sign(open_reader(ASSESSORS[size]), act.title)

    learner.open("/mijn/vaardigheden/")
    badge = learner.page.locator(".badge", has_text=TITLE)
    learner.reload_until(badge)
    expect(badge).to_contain_text(re.compile(r"\d{4}"))
    learner.check("portfolio-with-proof")
    learner.send(badge.locator("a"))
    expect(learner.page.locator(".callout--ok")).to_be_visible()
    learner.check("credential-own")
    address = learner.page.url
    UUID(address.split("/")[-2])
    learner.open(why)
    expect(learner.page.locator("#waarom")).to_be_visible()

    stranger = open_reader(size=size)
    page = stranger.open(address).page
    expect(page.locator(".callout--ok")).to_be_visible()
    stranger.check("credential")
    with page.expect_download() as started:
        stranger.use("a[download]")
    file = tmp_path / "bewijs.json"
    started.value.save_as(file)
    assert json.loads(file.read_text())["id"] == address
    hand_in(stranger, file)
    expect(page.locator("[role=status] .callout--ok")).to_be_visible()
    stranger.check("verified")

    withdraw(open_reader(ASSESSORS[size], size=size), address, act.title)
    hand_in(stranger, file)
    expect(page.locator("[role=status] .callout--danger")).to_be_visible()
    stranger.check("verified-withdrawn")
    stranger.open(address)
    expect(page.locator(".callout--danger")).to_be_visible()
    stranger.check("credential-withdrawn")
    learner.open("/mijn/vaardigheden/")
    expect(learner.page.locator(".badge", has_text=TITLE)).to_have_count(0)


def hand_in(stranger: Reader, file: Path) -> None:
    stranger.open("/verify/").page.locator("input[type=file]").set_input_files(file)
    stranger.use("main form button[type=submit]")


def withdraw(assessor: Reader, address: str, title: str) -> None:
    """From the inbox to what was signed, and take it back. The page of the proof leads to the same."""
    page = assessor.open(address).page
    page.locator("a[href$='/intrekken/']").click()
    expect(page.locator("textarea[name=reason]")).to_be_visible()
    assessor.check("credential-withdraw")
    page = assessor.open("/beoordelen/").page
    page.locator("main a[href='/beoordelen/gedaan/']").click()
    assessor.check("assessed")
    page.locator(".inbox__item", has_text=title).locator("a").click()
    expect(page.locator("#gaf")).to_be_visible()
    assessor.check("assessed-one")
    page.locator("a[href$='/terugnemen/']").click()
    page.locator("textarea[name=reason]").fill("Op naam van een ander gezet.")
    assessor.check("take-back")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_text("Op naam van een ander gezet.")).to_be_visible()
