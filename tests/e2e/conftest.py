"""The demo that all journeys share, who is signed in, and the windows they go through it with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lxp.library_loader import DEMO_PASSWORD
from tests.e2e.demo import Demo, running_demo, write_module
from tests.e2e.reader import SIZES, Reader

COPIES = {"small": 7, "reflection": 1, "assignment": 1}  # of each, in one loading; a worker that needs more loads again
TITLES = {"small": "Schone handen", "reflection": "Nadenken over werk", "assignment": "Medicijnen in de praktijk"}
WITHOUT_PLUGIN = {"LXP_PLUGINS_DISABLED": "testdummy"}  # the plugin of the operator's journey, where it is installed
ACTION_SECONDS = 15
SERVER_LOG_CHARACTERS = 6_000

OpenReader = Callable[..., Reader]


@dataclass(frozen=True)
class OwnModule:
    """A module that no other journey touches."""

    slug: str
    title: str
    path: str


class OwnModules:
    """Copies of our small modules, loaded as an operator does it."""

    def __init__(self, demo: Demo, library: Path) -> None:
        self.demo, self.library, self.loadings = demo, library, 0
        self.free: dict[str, list[OwnModule]] = {kind: [] for kind in COPIES}

    def take(self, kind: str) -> OwnModule:
        if not self.free[kind]:
            self.load()
        return self.free[kind].pop()

    def load(self) -> None:
        self.loadings += 1
        library = self.library / str(self.loadings)
        for kind, count in COPIES.items():
            for number in range(count):
                name = f"{self.loadings}-{number + 1}"
                slug, title = f"{kind}-{name}", f"{TITLES[kind]} {name}"
                write_module(library, kind, slug, title)
                self.free[kind].append(OwnModule(slug, title, f"/nl/maasdal/{slug}/"))
        self.demo.command("load_library", str(library))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo"), WITHOUT_PLUGIN) as server:
        yield server


@pytest.fixture(scope="session")
def own_modules(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> OwnModules:
    return OwnModules(demo, tmp_path_factory.mktemp("library"))


@pytest.fixture
def small(own_modules: OwnModules) -> OwnModule:
    return own_modules.take("small")


@pytest.fixture
def reflection(own_modules: OwnModules) -> OwnModule:
    return own_modules.take("reflection")


@pytest.fixture
def assignment(own_modules: OwnModules) -> OwnModule:
    return own_modules.take("assignment")


@pytest.fixture(scope="session")
def sign_in(demo: Demo, browser: Browser) -> Callable[[str], Any]:
    """The cookies of a new sign-in with the password."""

    def signed_in(email: str) -> Any:
        with browser.new_context(locale="nl-NL") as context:
            form = context.request.get(f"{demo.address}/account/login/").text()
            token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
            assert token is not None
            fields = {"csrfmiddlewaretoken": token[1], "login": email, "password": DEMO_PASSWORD}
            answer = context.request.post(f"{demo.address}/account/login/", form=fields)
            assert answer.url.endswith("/mijn/"), f"{email} was not signed in: {answer.status} {answer.url}"
            return context.storage_state()

    return signed_in


@pytest.fixture(scope="session")
def sign_in_here() -> Callable[[Page, str], None]:
    """Fills in the form of the login page that is open."""

    def fill_in(page: Page, email: str, password: str = DEMO_PASSWORD) -> None:
        page.locator("input[name=login]").fill(email)
        page.locator("input[name=password]").fill(password)
        page.locator("form:has(input[name=password]) button[type=submit]").click()

    return fill_in


@pytest.fixture(scope="session")
def sessions(sign_in: Callable[[str], Any]) -> Callable[[str], Any]:
    """The cookies of a person, of one sign-in for all journeys."""
    known: dict[str, Any] = {}

    def session_of(email: str) -> Any:
        if email not in known:
            known[email] = sign_in(email)
        return known[email]

    return session_of


@pytest.fixture
def open_reader(demo: Demo, browser: Browser, sessions: Callable[[str], Any]) -> Iterator[OpenReader]:
    """Opens a window for a visitor, a person by e-mail address, or given cookies. At the end nothing may have gone wrong."""
    readers: list[Reader] = []

    def opened(person: str = "", *, size: str = "phone", state: Any = None, **options: Any) -> Reader:
        cookies = state or (sessions(person) if person else None)
        settings = {"viewport": SIZES[size], "locale": "nl-NL", "reduced_motion": "reduce", **options}
        context = browser.new_context(storage_state=cookies, **settings)
        context.set_default_timeout(ACTION_SECONDS * 1000)
        readers.append(Reader(context, demo.address, size))
        return readers[-1]

    yield opened
    faults = [fault for reader in readers for fault in reader.faults]
    for reader in readers:
        reader.context.close()
    assert faults == []


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """With a journey that fails, what the server said."""
    outcome = yield
    server = getattr(item, "funcargs", {}).get("demo")
    if outcome.failed and isinstance(server, Demo):
        outcome.sections.append(("Server", server.words_since(0)[-SERVER_LOG_CHARACTERS:]))
    return outcome
