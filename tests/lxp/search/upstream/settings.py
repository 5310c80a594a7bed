"""Upstream's own test settings, with our engine: `python -m django test --settings tests.lxp.search.upstream.settings`."""

import os
import tempfile
from pathlib import Path

from modelsearch.test.settings import *  # noqa: F403 - settings build on settings

FOLDER = Path(os.environ.get("LXP_VAR", tempfile.gettempdir()))
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "lxp.search.whoosh", "PATH": str(FOLDER / "search")}}
SEARCH_SYNONYMS = FOLDER / "synonyms.txt"
