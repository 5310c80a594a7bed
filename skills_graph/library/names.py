"""Finds the competencies and the versions of modules that the files of a library name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from courses.api import ModulePage, ModuleVersion
from lxp.library import LibraryError
from skills_graph.models import Competency


def competencies_of(codes: Iterable[str], path: Path) -> dict[str, Competency]:
    """Competencies by their code; raises LibraryError where one is missing or not the only one."""
    wanted = set(codes)
    found: dict[str, Competency] = {}
    for each in Competency.objects.filter(code__in=wanted).select_related("framework__scale"):
        if each.code in found:
            raise LibraryError(f"{path}: {each.code} is the code of more than one competency.")
        found[each.code] = each
    missing = sorted(wanted - found.keys())
    if missing:
        raise LibraryError(f"{path}: there is no competency {', '.join(missing)}.")
    return found


def version_of(slug: str, path: Path) -> ModuleVersion:
    """The version of a module that counts now, by the slug of its page in the source language."""
    page = ModulePage.objects.filter(slug=slug).select_related("module__current_version").first()
    if page is None or page.module.current_version is None:
        raise LibraryError(f"{path}: there is no published module {slug}.")
    return page.module.current_version
