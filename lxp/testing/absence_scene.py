"""Authors and learners meet blocks of a plugin that is away. Played by `absence`, in one transaction that is rolled back."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import reverse

from lxp.models import Organisation
from lxp.testing.lesson import NOTICE
from lxp.testing.pages import HOME, module_page, stored
from lxp.testing.world import make_organisation, make_person


def findings(blocks: list[dict[str, Any]]) -> list[str]:
    """What is wrong, one line each."""
    if not blocks:
        return []
    organisation = make_organisation("kit-absent")
    client = Client(raise_request_exception=False)
    client.force_login(make_person(organisation))
    found = [] if client.get(HOME).status_code == 200 else ["the home of a learner does not show"]
    return found + _blocks_kept(organisation, client, blocks)


def _blocks_kept(organisation: Organisation, client: Client, blocks: list[dict[str, Any]]) -> list[str]:
    page = module_page(organisation, *blocks)
    found = [] if stored(page.pk) == blocks else ["publishing changed what is stored"]
    page.save()
    page.save_revision().publish()
    if stored(page.pk) != blocks:
        found.append("saving again changed what is stored")
    frozen = list(page.module.current_version.activities.order_by("position").values_list("content", flat=True))
    if frozen != [each["value"] for each in blocks]:
        found.append("the version holds something else than the page")
    if Client(raise_request_exception=False).get(page.url).status_code != 200:
        found.append("the module's page does not show")
    response = client.post(reverse("courses:start", args=[page.module.uuid]), follow=True)
    if response.status_code != 200 or NOTICE not in response.content.decode():
        found.append(f"a learner gets status {response.status_code}, without the calm notice")
    return found


def main(blocks: list[dict[str, Any]]) -> None:
    """Print what is wrong, as JSON."""
    setup_test_environment()
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with transaction.atomic():
        found = findings(blocks)
        transaction.set_rollback(True)
    print(json.dumps(found))  # noqa: T201 - this is how the answer gets out
