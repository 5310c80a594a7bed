"""Is the process alive, and can it do its work? For load balancers and for operators."""

from __future__ import annotations

import os

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from lxp import plugin_discovery


def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """200 when database, migrations and files are in order; 503 with the reason when one is not."""
    checks = {"database": _database(), "files": _files()}
    healthy = all(state == "ok" for state in checks.values())
    answer = {"status": "ok" if healthy else "not ready", **checks, "quarantined": sorted(plugin_discovery.quarantined)}
    return JsonResponse(answer, status=200 if healthy else 503)


def _database() -> str:
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "no connection"
    return f"{len(pending)} migrations to run" if pending else "ok"


def _files() -> str:
    if not settings.STORAGES["default"]["BACKEND"].endswith("FileSystemStorage"):
        return "ok"
    folder = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.VAR_DIR
    return "ok" if os.access(folder, os.W_OK) else "cannot be written"
