"""Where the embedded index lies: one folder for each time that it was built, and a file that names the one that serves.

    search/current        the name of the serving folder
    search/writing        held by the one process that writes
    search/damaged        there since somebody could not read the index; gone when it is built again
    search/<name>/        the files of Whoosh; words.txt, what this index has learnt; sums.json, to know its files by

The files of Whoosh hold pickles, so nobody but the platform may write in these folders.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from lxp.search.compounds import Lexicon
from lxp.search.exceptions import IndexBusyError, SearchUnavailableError
from lxp.search.fields import schema

FORMAT = "f2"  # raise it when fields, or what stands in them, change: an older index is then built again
CURRENT, WRITING, DAMAGED, WORDS, SUMS = "current", "writing", "damaged", "words.txt", "sums.json"
WHOOSH_FILES = ("*.seg", "*.toc")
KEPT_SECONDS = 600  # a folder that no longer serves stays a while, for those who still read it

_held = threading.local()  # the folders that this thread writes already


class Unlocked:
    """A lock that is always free, since `Storage.writing` is held already. Whoosh's own would stay held after a full disk."""

    def acquire(self, blocking: bool = False) -> bool:
        return True

    def release(self) -> None:
        pass


class IndexFolder(FileStorage):
    """The files of Whoosh, which are read by reading: a file that is mapped into memory and cut short kills the process."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), supports_mmap=False)

    def lock(self, name: str) -> Unlocked:
        return Unlocked()


class Storage:
    """The folder of one index."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def serving(self) -> str:
        """The name of the folder that serves. Raises SearchUnavailableError where there is none of this format."""
        try:
            name = (self.root / CURRENT).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise SearchUnavailableError(f"There is no search index in {self.root}.") from fault
        if not name.startswith(f"{FORMAT}-") or "/" in name or not (self.root / name).is_dir():
            raise SearchUnavailableError(f"The search index in {self.root} is of another version, or incomplete.")
        return name

    def is_serving(self) -> bool:
        try:
            self.serving()
        except SearchUnavailableError:
            return False
        return True

    def is_damaged(self) -> bool:
        return (self.root / DAMAGED).exists()

    def mark_damaged(self) -> None:
        """Leave word for `reconcile`; a disk that refuses this has told the log already."""
        with suppress(OSError):
            (self.root / DAMAGED).touch()

    @contextmanager
    def writing(self, *, wait: bool = False) -> Iterator[None]:
        """Be the only one that writes; within itself nothing happens. Raises IndexBusyError where somebody else writes,
        unless told to wait."""
        held: set[Path] = _held.__dict__.setdefault("roots", set())
        if self.root in held:
            yield
            return
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / WRITING).open("a", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise IndexBusyError("The search index is being written by another process.") from fault
            held.add(self.root)
            try:
                yield
            finally:
                held.discard(self.root)

    def begin(self, words: list[str]) -> str:
        """A new, empty folder that does not serve yet, with what its compounds are made of."""
        name = f"{FORMAT}-{time.time_ns()}"
        folder = self.root / name
        folder.mkdir(parents=True)
        (folder / WORDS).write_text("\n".join(words), encoding="utf-8")
        IndexFolder(folder).create_index(schema())
        return name

    def serve(self, name: str) -> None:
        """Let a folder serve from now on, at once for everybody; others are thrown away after a while."""
        scratch = self.root / f"{CURRENT}.{os.getpid()}.{threading.get_ident()}"
        scratch.write_text(name, encoding="ascii")
        scratch.replace(self.root / CURRENT)
        (self.root / DAMAGED).unlink(missing_ok=True)
        self.tidy(name)

    def drop(self, name: str) -> None:
        shutil.rmtree(self.root / name, ignore_errors=True)

    def tidy(self, serving: str) -> None:
        """Throw away old folders, and those of a build that was broken off."""
        now = time.time()
        for folder in self.root.glob("f*-*"):
            with suppress(OSError):
                if folder.name != serving and now - folder.stat().st_mtime > KEPT_SECONDS:
                    shutil.rmtree(folder)

    def seal(self, name: str) -> None:
        """Write down what the files of a folder are, after they were written."""
        (self.root / name / SUMS).write_text(json.dumps(self._sums(name)), encoding="ascii")

    def is_intact(self, name: str) -> bool:
        """Whether every file is still what was written."""
        try:
            sealed = json.loads((self.root / name / SUMS).read_text(encoding="ascii"))
            return bool(sealed == self._sums(name))
        except (OSError, ValueError):
            return False

    def _sums(self, name: str) -> dict[str, int]:
        files = [file for pattern in WHOOSH_FILES for file in (self.root / name).glob(pattern)]
        return {file.name: zlib.crc32(file.read_bytes()) for file in files}

    def open(self, name: str) -> FileIndex:
        return IndexFolder(self.root / name).open_index()

    def lexicon(self, name: str) -> Lexicon:
        return _lexicon(self.root / name / WORDS)


@lru_cache(maxsize=4)
def _lexicon(path: Path) -> Lexicon:
    try:
        return Lexicon(path.read_text(encoding="utf-8").split())
    except FileNotFoundError:
        return Lexicon()
