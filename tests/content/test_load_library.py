"""The command that loads a library: what it says of what it did."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from lxp.models import Organisation

pytestmark = pytest.mark.django_db


def test_a_file_that_two_packages_load_is_one_file(tmp_path: Path) -> None:
    folder = tmp_path / "organisations"
    folder.mkdir()
    for slug in ("linde", "esdoorn"):
        (folder / f"{slug}.yaml").write_text(f"name: {slug.title()}\nmonogram: {slug[:2].title()}\n")
    output = StringIO()

    call_command("load_library", str(tmp_path), stdout=output)

    assert output.getvalue().splitlines()[0] == "organisations: 2"
    assert Organisation.objects.count() == 2
