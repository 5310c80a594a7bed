"""A library: starting content as folders of reviewable files, each folder loaded by the package it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext as _

from lxp.exceptions import LxpError

# libyaml's loader is as strict as the one in Python and ten times as fast; a platform may lack it.
SafeLoader: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class LibraryError(LxpError):
    """A file of a library that cannot be used, with its name and what to mend."""


@dataclass
class LibraryReport:
    """What loading did: the files of each folder that were loaded, and what it could not do."""

    loaded: dict[str, set[Path]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def count(self, name: str, path: Path) -> None:
        """A file that several sections load counts once."""
        self.loaded.setdefault(name, set()).add(path)

    @property
    def counts(self) -> dict[str, int]:
        return {name: len(paths) for name, paths in self.loaded.items()}


@dataclass(frozen=True)
class LibrarySection:
    """One folder of a library. `load` takes one file's slug, data and path, stores it, and may be repeated.

    `before` names the folder of a lower package whose files refer to this one's.
    """

    folder: str
    load: Callable[[str, dict[str, Any], Path], None]
    pattern: str = "*.yaml"
    before: str = ""

    def files(self, library: Path) -> list[Path]:
        return sorted((library / self.folder).glob(self.pattern))

    def slug_of(self, path: Path) -> str:
        return path.parent.name if "/" in self.pattern else path.stem


def in_order(sections: list[LibrarySection]) -> list[LibrarySection]:
    """The sections in the order of the packages, save those that come before another's."""
    ordered = [section for section in sections if not section.before]
    for section in (section for section in sections if section.before):
        places = [place for place, each in enumerate(ordered) if each.folder == section.before]
        ordered.insert(min(places, default=len(ordered)), section)
    return ordered


def read_yaml(path: Path) -> dict[str, Any]:
    """One file as a dictionary. Raises LibraryError naming the file and the line."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=SafeLoader)  # noqa: S506 - both are safe
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise LibraryError(_("%(file)s cannot be read: %(fault)s") % {"file": path, "fault": fault}) from fault
    if not isinstance(data, dict):
        raise LibraryError(_("%(file)s must hold names and values.") % {"file": path})
    return data
