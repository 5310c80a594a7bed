"""The demo: the library with its people, an operator, and one password for all of them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from lxp.library import read_yaml
from lxp.library_loader import DEMO_PASSWORD
from lxp.models import User
from lxp.services.erasures import journal_path
from lxp.serving.exceptions import ServingError

OPERATOR = "operator@heuvelland.example"
MADE_FOLDERS = ("media", "queue", "mail", "search")


@dataclass(frozen=True)
class DemoAccount:
    """Somebody to sign in as, and what can be seen that way."""

    email: str
    role: str


def check_demo() -> None:
    """A demo gives everybody a password that is printed, so never where the settings are those of production."""
    if not settings.IS_DEMO:
        raise ServingError("The demo does not run with production settings. Start without --demo.")


def reset() -> None:
    """Throw away what the demo made: the SQLite database, files, mail and queue. Call with the lock held."""
    database = settings.DATABASES[DEFAULT_DB_ALIAS]
    if not database["ENGINE"].endswith("sqlite3"):
        raise ServingError(
            "Only a demo on SQLite can begin anew. Empty the PostgreSQL database yourself: dropdb, createdb."
        )
    connections.close_all()
    name = Path(database["NAME"])
    for file in [name, Path(f"{name}-wal"), Path(f"{name}-shm"), journal_path()]:
        file.unlink(missing_ok=True)
    for file in settings.VAR_DIR.glob("celerybeat-schedule*"):
        file.unlink()
    for folder in MADE_FOLDERS:
        shutil.rmtree(settings.VAR_DIR / folder, ignore_errors=True)
        (settings.VAR_DIR / folder).mkdir()


def is_loaded() -> bool:
    """The operator is made last, so that loading that was broken off is done again, and finished loading never is."""
    return User.objects.filter(email=OPERATOR).exists()


def load() -> list[str]:
    """Load the library, then make the operator. Returns the problems of the library's files."""
    problems: list[str] = []
    try:
        call_command("load_library", stdout=StringIO())
    except CommandError as fault:
        problems = str(fault).splitlines()
    with transaction.atomic():
        operator = User.objects.create_superuser(OPERATOR, DEMO_PASSWORD, first_name="Operator", last_name="Heuvelland")
        EmailAddress.objects.create(user=operator, email=OPERATOR, verified=True, primary=True)
    return problems


def accounts() -> list[DemoAccount]:
    """The people of the library who stand for a role, learners first, and the operator."""
    library = Path(apps.get_app_config("content").path) / "library" / "people"
    people = [person for path in sorted(library.glob("*.yaml")) if "demo" in (person := read_yaml(path))]
    people.sort(key=_roles_and_employers)
    found = [DemoAccount(person["email"], person.get("demo_en") or person["demo"]) for person in people]
    return [*found, DemoAccount(OPERATOR, "Operator: may do everything")]


def _roles_and_employers(person: dict[str, Any]) -> tuple[int, int]:
    """Sorts who only learns before who has a role, and who has two employers before who has one."""
    memberships = person.get("memberships", [])
    return sum(len(each.get("roles", [])) for each in memberships), -len(memberships)
