"""What `stage` plays in a process of its own: `python -m tests.plugins.testdummy.scenes <scene> <arguments as JSON>`."""

from __future__ import annotations

import json
import sys
from io import StringIO
from typing import Any

import django
from django.core.management import CommandError, call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

django.setup()

from django.conf import settings  # noqa: E402 - Django must be ready for all that follows
from django.core import checks  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from courses.models import Attempt, ModulePage  # noqa: E402
from lxp import plugin_discovery, plugin_manager  # noqa: E402
from lxp.models import Organisation, PluginIncident, Role, User  # noqa: E402
from tests.factories.modules import make_attempt  # noqa: E402
from tests.factories.people import make_member, make_organisation  # noqa: E402
from tests.plugins.testdummy import polls  # noqa: E402

settings.VAR_DIR.mkdir(exist_ok=True)
setup_test_environment()  # so that responses know their context


def stored(page_id: int) -> str:
    """The body of a page as the database holds it, byte for byte."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM courses_modulepage WHERE page_ptr_id = %s", [page_id])
        return str(cursor.fetchone()[0])


def poll_in(body: str) -> str:
    """The poll's own JSON in a stored body, byte for byte."""
    item = next(each for each in json.loads(body) if each["type"] == "testdummy_poll")
    return json.dumps(item, ensure_ascii=False)


def client_of(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def play(attempt: Attempt, position: int = 2) -> dict[str, Any]:
    response = client_of(attempt.person.email).get(reverse("courses:play", args=[attempt.uuid, position]))
    text = response.content.decode()
    return {"status": response.status_code, "notice": "data-missing-activity" in text, "poll": "Til je alleen?" in text}


def write(*, schema: int = 1) -> dict[str, Any]:
    """An author publishes a module with a poll; one learner has voted, another has done all but voting."""
    organisation = make_organisation("heuvelzorg")
    plugin_manager.switch(plugin="testdummy", organisation=organisation, on=True, by=None)
    make_member(organisation, Role.AUTHOR, Role.PUBLISHER, email="auteur@heuvelzorg.example")
    page = polls.make_poll_page(organisation, schema=schema)
    voter = make_attempt(make_member(organisation, email="stemmer@heuvelzorg.example"), page.module)
    polls.vote(voter)
    other = make_attempt(make_member(organisation, email="ander@heuvelzorg.example"), page.module)
    return {"page": page.pk, "body": stored(page.pk), "voter": voter.pk, "other": other.pk}


def write_all(*, schema: int) -> dict[str, Any]:
    """The same, and the voter has finished the module."""
    made = write(schema=schema)
    write_rest(page=made["page"], voter=made["voter"], other=made["other"])
    return made


def bring_back(*, file: str) -> dict[str, Any]:
    """What an operator does with the tables and the data of a plugin that was removed and installed again."""
    call_command("migrate", "testdummy", verbosity=0)
    call_command("loaddata", file, verbosity=0)
    call_command("plugins", "switch", "testdummy", "--organisation", "heuvelzorg", "--on", stdout=StringIO())
    return organisations()


def edit(*, page: int, voter: int, other: int) -> dict[str, Any]:
    """Everything that authors, learners and operators do with that module."""
    seen: dict[str, Any] = {}
    ModulePage.objects.get(pk=page).save()
    seen["saved"] = stored(page)
    ModulePage.objects.get(pk=page).save_revision().publish()
    seen["published"] = stored(page)
    seen["version"] = ModulePage.objects.get(pk=page).module.current_version.activities.get(position=2).content
    copied = ModulePage.objects.get(pk=page).copy(update_attrs={"slug": "kopie", "title": "Kopie"})
    seen["copied"] = stored(copied.pk)
    historical = MigrationExecutor(connection).loader.project_state(("courses", "0001_modules_and_records")).apps
    historical.get_model("courses", "ModulePage").objects.get(pk=page).save()
    seen["migrated"] = stored(page)
    seen["reordered"], seen["form"] = reorder(page)
    output = StringIO()
    call_command("dumpdata", "courses.modulepage", stdout=output)
    rows = json.loads(output.getvalue())
    seen["dumped"] = next(row["fields"]["body"] for row in rows if row["pk"] == page)
    for position in (1, 3):
        polls.write(Attempt.objects.get(pk=other), position)
    seen["learner"] = play(Attempt.objects.get(pk=voter))
    seen["blocked"] = result_of(other)
    seen["handler"] = vote(other)
    return seen


def reorder(page: int) -> tuple[str, int]:
    """The editor's form, with the last part first."""
    found = ModulePage.objects.get(pk=page).get_latest_revision_as_object()
    parts = found.body.stream_block.get_form_state(found.body)
    fields: dict[str, Any] = {"body-count": len(parts), "action-publish": "1"}
    for number, part in enumerate(parts):
        fields |= {f"body-{number}-type": part["type"], f"body-{number}-id": part["id"], f"body-{number}-deleted": ""}
        fields[f"body-{number}-order"] = (number + 1) % len(parts)
        if isinstance(part["value"], dict):
            required = {"is_required": "on"}
            fields |= {f"body-{number}-value-{name}": value for name, value in {**part["value"], **required}.items()}
        else:
            fields[f"body-{number}-value"] = part["value"]
    fields |= {"title": found.title, "slug": found.slug, "summary": found.summary, "study_minutes": 10}
    fields |= {"theme": found.theme, "sharing": "public", "audiences": "staff", "significance": "substantive"}
    fields |= {f"comments-{name}": 0 for name in ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")}
    client = client_of("auteur@heuvelzorg.example")
    opened = client.get(reverse("wagtailadmin_pages:edit", args=[page]))
    assert opened.status_code == 200
    response = client.post(reverse("wagtailadmin_pages:edit", args=[page]), fields)
    errors = getattr(response.context and response.context.get("form"), "errors", "")
    assert response.status_code == 302, errors
    return stored(page), response.status_code


def result_of(attempt: int) -> dict[str, Any]:
    found = Attempt.objects.get(pk=attempt)
    response = client_of(found.person.email).get(reverse("courses:result", args=[found.uuid]))
    left = [step.title for step in response.context.get("left", [])]
    blocked = response.context.get("is_blocked", False)
    return {"status": response.status_code, "left": left, "blocked": blocked, "open": found.is_open}


def vote(attempt: int) -> int:
    found = Attempt.objects.get(pk=attempt)
    address = reverse("courses:handle", args=[found.uuid, polls.POLL, "vote"])
    return client_of(found.person.email).post(address, {"option": "o2"}).status_code


def write_rest(*, page: int, voter: int, other: int) -> dict[str, Any]:
    """The voter finishes the module, and is complimented."""
    for position in (1, 3):
        polls.write(Attempt.objects.get(pk=voter), position)
    return result_of(voter)


def again(*, page: int, voter: int, other: int) -> dict[str, Any]:
    """The plugin is back."""
    seen = {"learner": play(Attempt.objects.get(pk=voter)), "body": stored(page)}
    seen["vote"] = vote(other)
    seen["other"] = result_of(other)
    return seen


def begin() -> dict[str, Any]:
    """What an operator sees at a start: checks, the command, health, and whether the site answers."""
    site, health = Client().get("/nl/"), Client().get("/health/ready/")
    warnings = [f"{each.id}: {each.msg}" for each in checks.run_checks() if each.id in ("lxp.W001", "lxp.W002")]
    refusal = ""
    try:
        call_command("plugins", "check", stdout=StringIO())
    except CommandError as fault:
        refusal = f"{fault.returncode}: {fault}"
    return {
        "site": site.status_code,
        "health": health.status_code,
        "named": health.json()["quarantined"],
        "warnings": warnings,
        "check": refusal,
        "installed": plugin_manager.installed(),
        "quarantined": plugin_discovery.quarantined,
    }


def open_editor(*, page: int) -> dict[str, Any]:
    """The editor and the page while the plugin's fields fail."""
    body, form = reorder(page)
    incidents = sorted(set(PluginIncident.objects.values_list("hook", flat=True)))
    shown = Client().get(ModulePage.objects.get(pk=page).url)
    return {"body": body, "form": form, "incidents": incidents, "shown": shown.status_code}


def organisations() -> dict[str, Any]:
    return {each.slug: each.plugins for each in Organisation.objects.all()}


if __name__ == "__main__":
    scene = globals()[sys.argv[1]]
    print(json.dumps(scene(**json.loads(sys.argv[2])), default=str))  # noqa: T201 - this is how the answer gets out
