"""Every stylesheet, script and picture that code or a template names is there.

The tests serve static files without a manifest, where a missing name is only a missing file; elsewhere the page stops.
"""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders

ROOT = Path(__file__).parents[2]
PACKAGES = ("lxp", "content", "courses", "plugins")
IN_TEMPLATES = re.compile(r"""\{%-? *static +["']([^"']+)["']""")
IN_CODE = re.compile(r"""\bstatic\(["']([^"']+)["']\)|["']([\w-]+/[\w/-]+\.(?:css|js))["']""")


def names() -> set[tuple[str, str]]:
    """(file, name) of every static file that is named."""
    found = set()
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.html"):
            found |= {(path.name, name) for name in IN_TEMPLATES.findall(path.read_text(encoding="utf-8"))}
        for path in (ROOT / package).rglob("*.py"):
            pairs = IN_CODE.findall(path.read_text(encoding="utf-8"))
            found |= {(path.name, called or listed) for called, listed in pairs}
    return found


def test_every_static_file_that_is_named_exists() -> None:
    assert ("base.html", "lxp/css/app.css") in names()
    assert sorted((file, name) for file, name in names() if finders.find(name) is None) == []
