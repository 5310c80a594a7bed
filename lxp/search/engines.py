"""Which search engine an installation uses, by one setting. Import-light: settings are made with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def search_engine(name: str, folder: Path) -> dict[str, Any]:
    """The engine for LXP_SEARCH: nothing for the embedded one, "postgresql", or the address of an OpenSearch."""
    if name.startswith(("http://", "https://")):
        dutch = {"analysis": {"analyzer": {"default": {"type": "dutch"}}}}
        return {
            "BACKEND": "wagtail.search.backends.opensearch2",
            "URLS": [name],
            "INDEX_PREFIX": "lxp_",
            "TIMEOUT": 10,
            "ATOMIC_REBUILD": True,  # beside the index that serves
            "INDEX_SETTINGS": {"settings": dutch},
        }
    if name == "postgresql":
        return {"BACKEND": "lxp.search.postgresql", "SEARCH_CONFIG": "simple"}
    return {"BACKEND": "lxp.search.whoosh", "PATH": folder / "search"}
