"""docs/plugins.md is true where it shows how the last place goes to one of two, and how people are counted: its code runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.plugins.testdummy.stage import PROJECT, Stage

GUIDE = (PROJECT / "docs" / "plugins.md").read_text()
RECIPE = GUIDE.split("\n## 8. Scarce places")[1].split("\n## 9.")[0]
SERVICE, VIEW = re.findall(r"^```python\n(.*?)^```$", RECIPE, re.MULTILINE | re.DOTALL)
COUNTING = GUIDE.split("\n## 9. Figures")[1].split("\n## 10.")[0]
(FIGURES,) = re.findall(r"^```python\n(.*?)^```$", COUNTING, re.MULTILINE | re.DOTALL)
APPS = """
from django.apps import AppConfig

class CanteenConfig(AppConfig):
    name = "lxp_canteen"
    label = "canteen"
    verbose_name = "Canteen"
    default_auto_field = "django.db.models.BigAutoField"
    lxp_api_version = 1
"""
HOOKS = """
from lxp.hookspecs import hookimpl

@hookimpl
def urls() -> str:
    return "lxp_canteen.urls"
"""
URLS = """
from django.http import HttpResponse
from django.urls import path
from lxp_canteen.views import take

app_name = "canteen"
urlpatterns = [
    path("<int:key>/", lambda request, key: HttpResponse(), name="lunch"),
    path("<int:key>/neem/", take, name="take"),
]
"""
MODELS = """
from django.db import models

class Lunch(models.Model):
    places = models.PositiveIntegerField()


"""
VIEWS = """
from django.contrib import messages
from django.shortcuts import redirect
from lxp_canteen.models import Lunch, LunchFullError, take_place

def take(request, key):
    lunch = Lunch.objects.get(pk=key)
"""
TRY_OUT = """
import json
from datetime import timedelta
from functools import partial
import django
django.setup()
from django.contrib.messages import get_messages
from django.db import IntegrityError, connection
from django.test import Client
from lxp import plugin_discovery, plugin_manager
from lxp_canteen.figures import count_lunches
from lxp_canteen.models import Lunch, Place, take_place
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from lxp.models import Membership, Role
from tests.factories.people import make_member, make_organisation
from tests.factories.simultaneous import at_once

assert plugin_discovery.quarantined == {}, plugin_discovery.quarantined
with connection.schema_editor() as editor:
    editor.create_model(Lunch)
    editor.create_model(Place)
organisation = make_organisation("maasdal")
plugin_manager.switch(plugin="canteen", organisation=organisation, on=True, by=None)
people = [make_member(organisation) for _number in range(8)]
lunch = Lunch.objects.create(places=3)
results = at_once([partial(take_place, lunch=lunch, person=each) for each in people])
names = [type(each).__name__ for each in results]
first = Place.objects.get(number=1)
again = take_place(lunch=lunch, person=first.person)
late = next(each for each in people if not Place.objects.filter(person=each).exists())
try:
    Place.objects.create(lunch=lunch, number=1, person=late)
    refused = False
except IntegrityError:
    refused = True
client = Client()
client.force_login(late)
answer = client.post(f"/p/canteen/{lunch.pk}/neem/")
manager, left, *idle = make_member(organisation, Role.MANAGER), *(make_member(organisation) for _number in range(4))
Membership.objects.filter(person=left).update(ends_on=timezone.localdate() - timedelta(days=1))
lunch, figures = Lunch.objects.create(places=9), []
for person in [left, *(each for each in people if not Place.objects.filter(person=each).exists())]:
    Place.objects.create(lunch=lunch, number=len(figures) + 1, person=person)
    figures.append(count_lunches(organisation=organisation, by=manager))
try:
    count_lunches(organisation=organisation, by=idle[0])
except PermissionDenied:
    figures.append("refused")
print(json.dumps({
    "taken": names.count("Place"),
    "full": names.count("LunchFullError"),
    "numbers": sorted(Place.objects.filter(lunch=first.lunch).values_list("number", flat=True)),
    "again": again.pk == first.pk,
    "refused": refused,
    "led": answer.url,
    "told": [str(each) for each in get_messages(answer.wsgi_request)],
    "figures": figures,
}))
"""


@pytest.fixture
def installed(prepared_stage: Stage, tmp_path: Path) -> Stage:
    """A plugin whose models and view are those of the guide."""
    folder = tmp_path / "canteen"
    view = VIEWS + "".join(f"    {line}\n" for line in VIEW.splitlines())
    files = {"__init__": "", "apps": APPS, "lxp_hooks": HOOKS, "urls": URLS, "models": MODELS + SERVICE, "views": view}
    files["figures"] = FIGURES
    for name, text in files.items():
        path = folder / "lxp_canteen" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    metadata = folder / "lxp_canteen-1.0.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: lxp-canteen\nVersion: 1.0.0\n")
    (metadata / "entry_points.txt").write_text("[lxp.plugins]\ncanteen = lxp_canteen.apps.CanteenConfig\n")
    stage = prepared_stage.copy(tmp_path / "stage")
    stage.environment = {"PYTHONPATH": str(folder)}
    return stage


def test_the_recipes_of_the_guide_give_each_place_once_refuse_in_words_and_withhold_figures_about_few(
    installed: Stage,
) -> None:
    answer = installed.run("-c", TRY_OUT)

    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout.splitlines()[-1]) == {
        "taken": 3,
        "full": 5,
        "numbers": [1, 2, 3],
        "again": True,
        "refused": True,
        "led": "/p/canteen/1/",
        "told": ["All places are taken. Choose another day."],
        "figures": [None, None, 5, 6, None, None, "refused"],
    }
