"""Collects the stylesheets, scripts and icons for the web server, when one of them has changed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin
from django.core.files.storage import storages
from django.core.management import call_command

STAMP_NAME = ".collected"


def collect_when_changed() -> bool:
    """Collect unless the files are those of the last time. Returns whether it collected."""
    stamp = Path(settings.STATIC_ROOT) / STAMP_NAME
    wanted = _fingerprint()
    if stamp.exists() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(wanted)
    return True


def know_collected() -> None:
    """Read the names of the collected files again: those that this process read when it started are gone by now."""
    storage: Any = storages["staticfiles"]
    if isinstance(storage, ManifestFilesMixin):
        storage.hashed_files, storage.manifest_hash = storage.load_manifest()  # type: ignore[assignment] # stubs


def _fingerprint() -> str:
    """Names, sizes and times of every file: reading the contents would take longer than collecting."""
    lines = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            facts = Path(storage.path(name)).stat()
            lines.append(f"{name} {facts.st_size} {facts.st_mtime_ns}")
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
