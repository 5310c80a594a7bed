"""The JSON-LD contexts that we know. They are bundled and never fetched: `contexts/README.md` says where they come from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"

_FOLDER = Path(__file__).with_name("contexts")
_FILES = {
    CREDENTIALS_V2: "credentials-v2",
    DATA_INTEGRITY_V2: "data-integrity-v2",
    OPEN_BADGES: "open-badges-3.0.3",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json": "open-badges-3.0.2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json": "open-badges-3.0.1",
    "https://purl.imsglobal.org/spec/ob/v3p0/context.json": "open-badges-3.0.0",
    OPEN_BADGES_EXTENSIONS: "open-badges-extensions",
}


@cache
def bundled_contexts() -> dict[str, Any]:
    """Each known context by its address."""
    return {
        address: json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8")) for address, name in _FILES.items()
    }
