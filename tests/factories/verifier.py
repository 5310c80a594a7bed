"""The verifier of somebody else (npm @digitalbazaar/vc), to hold ours against."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import is_missing

FOLDER = Path(__file__).parents[1] / "skills_graph" / "openbadges" / "verifier"
Check = Callable[..., list[dict[str, Any]]]


def other_verifier() -> Check:
    """Give credentials, and the documents of issuers and status lists, to the other verifier; skips where it is missing."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        is_missing("Node with the packages of the verifier (make verifier)")

    def check(*credentials: dict[str, Any], documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        done = subprocess.run(
            [str(node), "verify.mjs"],
            cwd=FOLDER,
            input=json.dumps({"credentials": credentials, "documents": documents}),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.stderr == ""
        return list(json.loads(done.stdout))

    return check
