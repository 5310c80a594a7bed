"""One server per installation: a lock on a file in the data folder, which the system lifts when the server ends."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lxp.serving.exceptions import ServingError

FILE_NAME = "serve.lock"


@contextmanager
def sole_server(folder: Path, address: str) -> Iterator[None]:
    """Hold the lock of this folder for as long as the block runs. Raises ServingError naming the one who has it.

    The processes that the server starts share the lock, so it stands until the last of them has ended.
    """
    with (folder / FILE_NAME).open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            file.seek(0)
            raise ServingError(_who_runs(folder, file.read())) from taken
        file.truncate(0)
        json.dump({"pid": os.getpid(), "address": address}, file)
        file.flush()
        yield


def _who_runs(folder: Path, text: str) -> str:
    try:
        holder = json.loads(text)
        what = f"process {holder['pid']}, on {holder['address']}"
    except (ValueError, KeyError):
        what = "it is still starting"
    return (
        f"LXP already runs with the data in {folder}: {what}. "
        "Use that one, stop it first, or give this one a data folder of its own with LXP_VAR."
    )
