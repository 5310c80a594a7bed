"""One machine, plain http on localhost: the demo and everyday development."""

from django.core.management.utils import get_random_secret_key

from lxp.config.settings.base import *  # noqa: F403 - settings build on settings
from lxp.config.settings.base import SECRET_KEY, VAR_DIR

IS_DEMO = True
SECRET_FILE = VAR_DIR / "secret-key"
if not SECRET_KEY:
    try:
        SECRET_KEY = SECRET_FILE.read_text()
    except OSError:
        SECRET_KEY = get_random_secret_key()
        try:
            VAR_DIR.mkdir(parents=True, exist_ok=True)
            SECRET_FILE.write_text(SECRET_KEY)
        except OSError:
            # A disk that cannot be written is reported by `lxp serve` and `lxp check`; a fresh key lets them speak.
            pass
