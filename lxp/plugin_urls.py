"""Mounts each plugin's own addresses under `/p/<plugin>/`, for the people who have it on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from lxp import plugin_discovery, plugin_manager
from lxp.models import User

View = Callable[..., HttpResponse]


def only_where_on(plugin: str, view: View) -> View:
    """404 unless one of the person's organisations has the plugin on; a view that raises answers with a calm page."""

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        person = request.user
        if not isinstance(person, User) or plugin not in plugin_manager.plugins_on(person.organisations):
            raise Http404
        return view(request, *arguments, **keywords)

    return guarded


def _wrapped(patterns: list[URLPattern | URLResolver], plugin: str) -> list[URLPattern | URLResolver]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            pattern.callback = only_where_on(plugin, pattern.callback)
        else:
            _wrapped(pattern.url_patterns, plugin)
    return patterns


def plugin_patterns() -> list[URLResolver]:
    """The addresses of every plugin that loads; one whose URL module fails is put in quarantine."""
    resolvers = []
    for name, paths in plugin_manager.answers("urls"):
        try:
            resolver = path(f"{name}/", include((paths, name), namespace=name))
            _wrapped(resolver.url_patterns, name)
        except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
            plugin_discovery.quarantine(name, fault)
        else:
            resolvers.append(resolver)
    return resolvers
