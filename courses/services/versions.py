"""The activities of versions, kept in memory: a version never changes once it is published."""

from __future__ import annotations

from functools import lru_cache

from courses.models import ModuleVersion, VersionActivity

KEPT_VERSIONS = 64  # of some tens of kB each, in every process


def kept_activities(version: ModuleVersion) -> tuple[VersionActivity, ...]:
    """All activities of a version in their order. Everybody gets the same rows: read them, and copy their content."""
    return _activities(version.pk, version.digest)


@lru_cache(maxsize=KEPT_VERSIONS)
def _activities(version_pk: int, digest: str) -> tuple[VersionActivity, ...]:
    """The digest stands for the content: a database that was emptied gives the same numbers to other versions."""
    return tuple(VersionActivity.objects.filter(version=version_pk).order_by("position"))
