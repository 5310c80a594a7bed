"""Fixtures any test may use: the browser, and what to do where it is missing."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django import DjangoDbBlocker

from tests import prepared_database

# No test fails because the machine is busy: what is there goes on at once, and what is not there is waited for.
# A microphone that beeps, which pages may use without a question.
OWN_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
PATIENCE_SECONDS = 60
expect.set_options(timeout=PATIENCE_SECONDS * 1000)
hypothesis_settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("patient")
pytest_plugins = ["lxp.testing"]
USES_DATABASE = {"db", "transactional_db", "live_server"}
# Each migration makes every model anew: collecting those less often takes a fifth off the making of the database.
gc.set_threshold(200_000, 20, 100)
# Playwright keeps an event loop in the thread of the test; Django would refuse the database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what depends on the kind of database; on a second kind `-m database` leaves out what would be the same."""
    for item in items:
        if item.get_closest_marker("django_db") or USES_DATABASE & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    django_db_modify_db_settings: None,
) -> Iterator[None]:
    """A copy of a migrated database; --create-db makes that one anew."""
    with django_db_blocker.unblock():
        prepared_database.use(anew=request.config.getvalue("create_db"))
    yield
    with django_db_blocker.unblock():
        prepared_database.remove()


def is_missing(what: str) -> None:
    """Skip the test that needs this; where everything must be there (LXP_REQUIRE_ALL=1, as in CI), fail it."""
    if os.environ.get("LXP_REQUIRE_ALL") == "1":
        pytest.fail(f"{what} is missing, and LXP_REQUIRE_ALL=1.", pytrace=False)
    pytest.skip(f"{what} is missing.")


@pytest.fixture(autouse=True, scope="session")
def nothing_is_left_behind() -> Iterator[None]:
    """The folder of this process goes with it."""
    yield
    shutil.rmtree(settings.VAR_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def language_of_the_installation() -> Iterator[None]:
    """A request leaves its reader's language behind, for whichever test comes next."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def in_english(language_of_the_installation: None) -> Iterator[None]:
    """For tests that read messages as the code has them."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_index_of_another_test() -> Iterator[None]:
    """A database that is rolled back would leave its search index behind."""
    yield
    folder = settings.VAR_DIR / "search"
    if folder.exists():
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium: the tests never download one."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        is_missing("chromium")
    with sync_playwright() as playwright:
        # The sandbox of Chromium does not start for root, whom CI runs as.
        chromium = playwright.chromium.launch(
            executable_path=program, chromium_sandbox=os.getuid() != 0, args=OWN_MICROPHONE
        )
        yield chromium
        chromium.close()
