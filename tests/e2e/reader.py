"""Somebody at a browser: goes through pages, and every page is held to the same promises."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.conftest import PATIENCE_SECONDS

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SLOWER = float(os.environ.get("LXP_E2E_SLOWER", "1"))  # times slower: what does not wait fails
axe = Axe()

# The element itself, the label or row around it that shows the focus of a small control, or the whole card it fills.
FOCUS_IS_SHOWN = """() => {
  const element = document.activeElement;
  if (!element.matches(":focus-visible")) return false;
  const marks = [element, element.closest("label"), element.parentElement].filter(Boolean);
  const styles = [...marks.map((mark) => getComputedStyle(mark)), getComputedStyle(element, "::after")];
  return styles.some((style) => {
    return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  });
}"""
FOCUS_IS_UNCOVERED = """() => {
  const element = document.activeElement;
  const box = (element.closest("label") ?? element).getBoundingClientRect();
  const x = Math.min(Math.max(box.x + box.width / 2, 1), innerWidth - 1);
  const top = document.elementFromPoint(x, box.y + Math.min(box.height / 2, innerHeight / 2));
  return Boolean(top) && (element.contains(top) || top.contains(element) || element.closest("label")?.contains(top));
}"""
FOCUS = f"""() => [
  document.activeElement.outerHTML.slice(0, 200), ({FOCUS_IS_SHOWN})(), ({FOCUS_IS_UNCOVERED})()
]"""

# Words in Latin letters where a page says that it is in Arabic. What a name is stands in a mark, in `bdi`, or is allowed.
NOT_ARABIC = """(names) => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const around = node.parentElement;
    if (around.closest("script, style, template, noscript, bdi, .org, [hidden]")) continue;
    if (around.closest("[lang]").lang !== "ar" || !around.getClientRects().length) continue;
    const words = names.reduce((text, name) => text.replaceAll(name, ""), node.data);
    if (/[A-Za-z]{3,}/.test(words)) found.push(node.data.trim());
  }
  return found;
}"""
CUT_OFF = """() => [...document.querySelectorAll("main :is(h1, h2, h3, p, li, a, button, span, legend, label)")]
  .filter((each) => each.getClientRects().length && !each.classList.contains("vh"))
  .filter((each) => getComputedStyle(each).overflow !== "visible" && each.scrollWidth > each.clientWidth + 1)
  .map((each) => each.outerHTML.slice(0, 160))"""
NAMES = ["De Zorg Leert Samen", "Expertisecentrum Zorg en Leren", "Thuiszorg Dichtbij", "Zorggroep Maasdal"]
NARROWEST = {"width": 320, "height": 640}


class Reader:
    """One window. What goes wrong on the way is kept in `faults`, which the fixture holds to be empty."""

    def __init__(self, context: BrowserContext, address: str, size: str, *, looks: bool = True) -> None:
        self.context, self.address, self.size, self.looks = context, address, size, looks
        self.faults: list[str] = []
        self.allowed: list[str] = []
        self.clicks = 0
        self.checked: set[str] = set()
        context.on("page", self._listen)
        self.page: Page = context.new_page()

    # ── what must not happen ──
    def _listen(self, page: Page) -> None:
        if SLOWER > 1:
            self.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._fault(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def _fault(self, words: str) -> None:
        if not any(re.search(pattern, words) for pattern in self.allowed):
            self.faults.append(words)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._fault(f"console: {message.text} {message.location.get('url', '')}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.netloc != urlsplit(self.address).netloc:
            self._fault(f"third party: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._fault(f"{response.status}: {response.url}")

    def allow(self, *patterns: str) -> None:
        """Faults that this journey brings about on purpose, as regular expressions."""
        self.allowed += patterns

    # ── going ──
    def open(self, path: str) -> Reader:
        self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        return self

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def click(self, target: Locator | str) -> None:
        """A click that counts."""
        self.clicks += 1
        (self.page.locator(target) if isinstance(target, str) else target).click()

    def send(self, target: Locator | str) -> None:
        """A click that leads to another page, or to the same one anew; what is asked next is asked there."""
        with self.page.expect_navigation():
            (self.page.locator(target) if isinstance(target, str) else target).click()

    def reload_until(self, shown: Locator) -> None:
        """Load the page again, as somebody who waits does, until it is there."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not shown.count() and time.monotonic() < deadline:
            self.page.reload()
        expect(shown.first).to_be_visible()

    # ── what every page promises ──
    def check(self, name: str, *, without: list[str] | None = None, only: str | None = None) -> None:
        """No barrier that axe knows, no sideways scrolling; each page once. `without` leaves out parts that are not ours.

        Where the journeys are about the database (not `looks`) it only waits until the page is there, as they all do.
        """
        self.page.wait_for_load_state()
        if name in self.checked or not self.looks:
            return
        self.checked.add(name)
        self._photograph(name)
        scope: dict[str, list[str]] = {}
        if only:
            scope["include"] = [only]
        if without:
            scope["exclude"] = without
        options = {"runOnly": {"type": "tag", "values": STANDARDS}, "resultTypes": ["violations"]}
        found = axe.run(self.page, context=scope or None, options=options)
        assert found.violations_count == 0, f"{name} ({self.page.url}, {self.size})\n{report(found.response)}"
        self.check_width(name)

    def check_width(self, name: str) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} ({self.size}) scrolls sideways by {wide} px"

    def check_arabic(self, name: str) -> None:
        """From right to left, in Arabic all of it but names, nothing cut off and nothing beside the smallest screen."""
        self.check(name)
        assert self.page.locator("html").get_attribute("dir") == "rtl", name
        assert (name, self.page.evaluate(NOT_ARABIC, NAMES), self.page.evaluate(CUT_OFF)) == (name, [], [])
        self.page.set_viewport_size(NARROWEST)
        self.check_width(f"{name} on the smallest screen")
        self.page.set_viewport_size(SIZES[self.size])

    def sheets_of_paper(self) -> int:
        """How many pages its printer would need, on the paper that the page asks for."""
        return len(re.findall(rb"/Type\s*/Page\b", self.page.pdf(prefer_css_page_size=True)))

    def _photograph(self, name: str) -> None:
        folder = os.environ.get("LXP_SCREENSHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=Path(folder) / f"{name}-{self.size}.png", full_page=True)

    # ── without a mouse ──
    def tab_to(self, target: Locator, *, backwards: bool = False, most: int = 80) -> None:
        """Press Tab until the target has the focus; on the way the focus is always to be seen."""
        for _ in range(most):
            if target.evaluate("element => element === document.activeElement"):
                return
            self.press("Shift+Tab" if backwards else "Tab")
            here, is_shown, is_uncovered = self.page.evaluate(FOCUS)
            if here.startswith("<body"):
                continue
            assert is_shown, f"The focus cannot be seen on {here}"
            assert is_uncovered, f"Something covers the focus on {here}"
        raise AssertionError(f"Tab never came to {target}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def use(self, target: Locator | str, key: str = "Enter") -> None:
        """What a click does, without a mouse: go there with Tab, and press a key."""
        self.tab_to(self.page.locator(target) if isinstance(target, str) else target, most=200)
        self.press(key)


def report(answer: dict[str, object]) -> str:
    """The violations, each with what it stands on."""
    lines = []
    for violation in answer["violations"]:  # type: ignore[attr-defined]
        lines.append(f"{violation['id']} ({violation['impact']}): {violation['help']}")
        for node in violation["nodes"][:4]:
            lines.append(f"    {json.dumps(node['target'])}  {node['html'][:200]}")
            lines += [f"        {each['message']}" for each in node["any"] + node["all"] + node["none"]]
    return "\n".join(lines)
