"""The tests: fast hashing, no cache between tests, tasks at once."""

import os
import tempfile
from pathlib import Path

from lxp.config.settings.base import *  # noqa: F403 - settings build on settings
from lxp.config.settings.base import DATABASES, WAGTAILSEARCH_BACKENDS

IS_DEMO = True
SECRET_KEY = "only-for-tests"  # noqa: S105 - guards nothing
ALLOWED_HOSTS = ["*"]
PUBLIC_CACHE = False
VAR_DIR = Path(tempfile.gettempdir()) / f"lxp-test-{os.getpid()}"
MEDIA_ROOT = VAR_DIR / "media"
SIGNING_KEYS_DIR = VAR_DIR / "keys"
WAGTAILSEARCH_BACKENDS["default"]["PATH"] = VAR_DIR / "search"
SEARCH_SYNONYMS = VAR_DIR / "synonyms.txt"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
CELERY_ALWAYS_EAGER = True
PLUGIN_SECONDS = PLUGIN_BACKGROUND_SECONDS = 600.0  # on a busy machine no plugin is stopped that does nothing wrong
XBLOCKS_ALLOWED = ["poll", "drag-and-drop-v2", "lxp-practice", "lxp-seen", "lxp-broken"]  # three are of the tests
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, since several real connections share it in the tests of concurrency; of this process, as VAR_DIR is.
    DATABASES["default"]["TEST"] = {"NAME": f"{VAR_DIR}.sqlite3"}
    DATABASES["default"]["OPTIONS"]["timeout"] = 600  # who writes second waits, also on a busy machine
