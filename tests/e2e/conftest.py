"""The demo that all journeys share, who is signed in, and the windows they go through it with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lxp.library_loader import DEMO_PASSWORD
from tests.conftest import PATIENCE_SECONDS
from tests.e2e.demo import Demo, running_demo
from tests.e2e.modules import OwnModule, own_modules
from tests.e2e.reader import SIZES, Reader

HERE = Path(__file__).parent
SIZE_ON_EACH_DATABASE = "phone"
SERVER_LOG_CHARACTERS = 2_000  # so that several failures can be read in one report

OpenReader = Callable[..., Reader]
TakeModule = Callable[[str], OwnModule]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A second kind of database (`-m database`) needs each journey once: not in both widths, and not for looks alone."""
    for item in items:
        if item.path.parent == HERE and not item.get_closest_marker("looks"):
            of_call = getattr(item, "callspec", None)
            if of_call is None or of_call.params.get("size", SIZE_ON_EACH_DATABASE) == SIZE_ON_EACH_DATABASE:
                item.add_marker("database")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo")) as server:
        yield server


@pytest.fixture(scope="session")
def take_module() -> TakeModule:
    """The next module of a kind that no journey has yet."""
    free = list(own_modules())

    def taken(kind: str) -> OwnModule:
        fitting = [module for module in free if module.kind == kind]
        assert fitting, f"No {kind} is left: raise its count in tests/e2e/modules.py."
        free.remove(fitting[0])
        return fitting[0]

    return taken


@pytest.fixture
def small(take_module: TakeModule) -> OwnModule:
    return take_module("small")


@pytest.fixture
def reflection(take_module: TakeModule) -> OwnModule:
    return take_module("reflection")


@pytest.fixture
def assignment(take_module: TakeModule) -> OwnModule:
    return take_module("assignment")


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
def open_reader(
    demo: Demo, browser: Browser, sessions: Callable[[str], Any], pytestconfig: pytest.Config
) -> Iterator[OpenReader]:
    """Opens a window for a visitor, a person by e-mail address, or given cookies. At the end nothing may have gone wrong."""
    readers: list[Reader] = []
    looks = pytestconfig.option.markexpr != "database"

    def opened(person: str = "", *, size: str = "phone", state: Any = None, **options: Any) -> Reader:
        cookies = state or (sessions(person) if person else None)
        settings = {"viewport": SIZES[size], "locale": "nl-NL", "reduced_motion": "reduce", **options}
        context = browser.new_context(storage_state=cookies, **settings)
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        readers.append(Reader(context, demo.address, size, looks=looks))
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
