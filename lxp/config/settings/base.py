"""Settings that every installation shares; what differs comes from the environment, see docs/operations.md."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.translation import gettext_lazy as _

from lxp import plugin_discovery
from lxp.buckets import media_hosts
from lxp.search.engines import search_engine

PROJECT_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = Path(os.environ.get("LXP_VAR", PROJECT_DIR / "var")).resolve()

DEBUG = False
SECRET_KEY = os.environ.get("LXP_SECRET_KEY", "")
ALLOWED_HOSTS = os.environ.get("LXP_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
BASE_URL = os.environ.get("LXP_BASE_URL", "http://localhost:8000")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SITE_NAME = "De Zorg Leert Samen"
PUBLIC_CACHE = True
# Whether explanations may be saved on a phone; off, the worker takes itself and what it saved off the phones again.
OFFLINE_CARDS = os.environ.get("LXP_OFFLINE", "1") == "1"

INSTALLED_APPS = [
    "lxp",
    "content",
    "courses",
    "skills_graph",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "wagtailmedia",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "lxp.search.apps.SearchConfig",
    "wagtail.admin",
    "wagtail.contrib.simple_translation",
    "wagtail.contrib.typed_table_block",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
]
# Behind our own packages, so that a plugin can replace nothing of theirs; before the rest, whose templates it may use.
INSTALLED_APPS[4:4] = plugin_discovery.discover(INSTALLED_APPS)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lxp.middleware.AddressText",
    "lxp.middleware.PublicPageCache",
    "lxp.middleware.PagePolicy",
    "lxp.middleware.PermissionsPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lxp.middleware.AddressLanguage",
    "lxp.middleware.ReaderLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "lxp.middleware.CurrentOrganisation",
    "lxp.middleware.SecondFactor",
    "lxp.editor.guard.EditorGuard",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "lxp.config.urls"
WSGI_APPLICATION = "lxp.config.wsgi.application"
CELERY_APPLICATION = "lxp.config.celery.app"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lxp.context_processors.page_frame",
            ],
        },
    },
]

# The database: SQLite needs IMMEDIATE, or a read that becomes a write fails at once under load.
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("LXP_DATABASE_URL", f"sqlite:///{VAR_DIR / 'lxp.sqlite3'}"), conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA mmap_size=134217728;"
        "PRAGMA cache_size=-16000;PRAGMA journal_size_limit=67108864;"
        "PRAGMA secure_delete=ON;",  # what is deleted is overwritten; Debian's SQLite does so by itself
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Cache, queue and files: in this process and on this disk, unless the environment names a service.
REDIS_URL = os.environ.get("LXP_REDIS_URL", "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}
BROKER_URL = os.environ.get("LXP_BROKER_URL", REDIS_URL)
# A session that one process keeps in its own memory would live on there after it was ended in another.
SESSION_ENGINE = f"django.contrib.sessions.backends.{'cached_db' if REDIS_URL else 'db'}"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "lxp.views.errors.csrf_failure"
TASKS = {"default": {"BACKEND": "lxp.task_backend.CeleryTaskBackend"}}

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_HOSTS = media_hosts(os.environ)
if os.environ.get("LXP_S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": os.environ["LXP_S3_BUCKET"],
            "endpoint_url": os.environ.get("LXP_S3_ENDPOINT") or None,
            "querystring_auth": True,
            "file_overwrite": False,
        },
    }
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

# People and signing in
AUTH_USER_MODEL = "lxp.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "lxp.password_rules.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "lxp.password_rules.NotYourName"},
    {"NAME": "lxp.password_rules.NotKnown"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "lxp:home"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "lxp.account_adapter.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
ACCOUNT_MAX_EMAIL_ADDRESSES = 5
# A whole hospital comes from one address, and so does a demo: guessing is slowed per account, not for everybody there.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "60/m/ip,10/5m/key",
    "request_login_code": "100/m/ip,3/m/key",
    "reset_password": "100/m/ip,5/m/key",
    "verify_credential": "60/m/ip",
    "count_need": "120/m/ip",
}
MFA_ADAPTER = "lxp.account_adapter.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "lxp.account_forms.StartAppForm",
    "add_webauthn": "lxp.account_forms.AddPasskeyForm",
    "edit_webauthn": "lxp.account_forms.ChangePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # clocks differ: the code of half a minute before or after counts too (RFC 6238, 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = BASE_URL.startswith("http://localhost")
USERSESSIONS_TRACK_ACTIVITY = False

# Where credentials say that they come from, and their signing keys. The address stands in all that was ever issued.
ISSUER_HOST = os.environ.get("LXP_ISSUER_HOST", "")
ISSUER_URL = f"https://{ISSUER_HOST}" if ISSUER_HOST else BASE_URL.rstrip("/")
SIGNING_KEYS_DIR = Path(os.environ.get("LXP_KEYS", VAR_DIR / "keys"))

# How many seconds a plugin may take: where somebody waits for it, and in the background.
PLUGIN_SECONDS = float(os.environ.get("LXP_PLUGIN_SECONDS", "5"))
PLUGIN_BACKGROUND_SECONDS = float(os.environ.get("LXP_PLUGIN_BACKGROUND_SECONDS", "60"))
# So many faults of a plugin within so many minutes switch it off for an organisation.
PLUGIN_FAULT_LIMIT = int(os.environ.get("LXP_PLUGIN_FAULT_LIMIT", "10"))
PLUGIN_FAULT_MINUTES = int(os.environ.get("LXP_PLUGIN_FAULT_MINUTES", "10"))
# The plugin xblocks: which XBlocks may be loaded, by the names of their entry points; none unless somebody says so. Their
# frames may have a host of their own, and addresses that work for so many minutes.
XBLOCKS_ALLOWED = [name.strip() for name in os.environ.get("LXP_XBLOCKS", "").split(",") if name.strip()]
XBLOCKS_WITH_NAMES = [name.strip() for name in os.environ.get("LXP_XBLOCKS_WITH_NAMES", "").split(",") if name.strip()]
XBLOCKS_ORIGIN = os.environ.get("LXP_XBLOCKS_ORIGIN", "").rstrip("/")
XBLOCKS_MINUTES = int(os.environ.get("LXP_XBLOCKS_MINUTES", "60"))
# Whether a phone may hold the list of a session of today, to be opened without a connection; "0" takes back every copy.
SKILLSLAB_OFFLINE = os.environ.get("LXP_SKILLSLAB_OFFLINE", "1") != "0"
# How long the ledger keeps what proves competence after its person was wiped; by then it leads to nobody.
EVIDENCE_RETENTION_DAYS = int(os.environ.get("LXP_EVIDENCE_RETENTION_DAYS", "730"))

EMAIL_BACKEND = os.environ.get("LXP_EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = os.environ.get("LXP_EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("LXP_EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("LXP_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("LXP_EMAIL_PASSWORD", "")
EMAIL_TIMEOUT = 20  # seconds: a server that says nothing must not hold a worker
EMAIL_USE_TLS = os.environ.get("LXP_EMAIL_TLS", "") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("LXP_EMAIL_FROM", "De Zorg Leert Samen <leren@heuvelland.example>")

# Languages and time
LANGUAGE_CODE = "nl"
# Public pages speak them all; the screens of who signs in speak the first two.
STAFF_LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]
LANGUAGES = [
    *STAFF_LANGUAGES,
    ("tr", _("Turkish")),
    ("pl", _("Polish")),
    ("ar", _("Arabic")),
    ("uk", _("Ukrainian")),
]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAILADMIN_PERMITTED_LANGUAGES = STAFF_LANGUAGES
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Amsterdam"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [PROJECT_DIR / package / "locale" for package in ("lxp", "content", "courses", "skills_graph")]

# Wagtail
WAGTAIL_SITE_NAME = SITE_NAME
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILIMAGES_IMAGE_MODEL = "content.Picture"
WAGTAILIMAGES_IMAGE_FORM_BASE = "content.forms.PictureForm"
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 50_000_000
WAGTAILDOCS_DOCUMENT_MODEL = "content.Attachment"
WAGTAILDOCS_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "csv", "txt"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILMEDIA = {
    "MEDIA_MODEL": "content.Recording",
    "MEDIA_FORM_BASE": "content.forms.MediaForm",
    "AUDIO_EXTENSIONS": ["aac", "m4a", "mp3", "ogg", "wav", "webm"],
}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": search_engine(os.environ.get("LXP_SEARCH", ""), VAR_DIR)}
SEARCH_SYNONYMS = Path(os.environ.get("LXP_SYNONYMS", VAR_DIR / "synonyms.txt"))
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "none"  # else a pasted address names the page behind it, whosever it is
WAGTAIL_WORKFLOW_ENABLED = True
# While a page is in review only its reviewers may change it, and approving saves it: one approval is enough.
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = False
WAGTAILADMIN_RICH_TEXT_EDITORS = {
    "default": {
        "WIDGET": "wagtail.admin.rich_text.DraftailRichTextArea",
        "OPTIONS": {"features": ["h2", "bold", "italic", "ol", "ul", "link", "superscript", "subscript"]},
    }
}

# What a browser may do on our pages: our own files only. The editor of Wagtail needs inline scripts of its own.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
EDITOR_PREFIX = "/admin/"
FRAMES = ["'self'", *([XBLOCKS_ORIGIN] if XBLOCKS_ORIGIN else [])]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", *MEDIA_HOSTS],
        "media-src": ["'self'", *MEDIA_HOSTS],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'self'"],
        "frame-src": FRAMES,
    },
}
EDITOR_POLICY = {
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'self'"],
    "frame-src": FRAMES,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LXP_LOG_LEVEL", "WARNING")},
    "loggers": {"lxp": {"level": "INFO"}, "django.security.DisallowedHost": {"level": "ERROR"}},
}
