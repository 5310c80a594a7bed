"""Mounts each plugin's own addresses under `/p/<plugin>/`, for the people who have it on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.response import SimpleTemplateResponse
from django.urls import ResolverMatch, URLResolver, include, path

from lxp import plugin_discovery, plugin_incidents, plugin_manager
from lxp.models import Organisation, PluginSwitch, User
from lxp.plugin_answers import PluginAnswerError

View = Callable[..., HttpResponse]
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
FOR_DJANGO = (Http404, PermissionDenied, SuspiciousOperation, MultiPartParserError)


class PluginResolver(URLResolver):
    """The addresses of one plugin. What it includes from elsewhere is not changed: only its own use is guarded."""

    def __init__(self, plugin: str, resolver: URLResolver) -> None:
        arguments = (resolver.pattern, resolver.urlconf_name, resolver.default_kwargs)
        super().__init__(*arguments, resolver.app_name, resolver.namespace)
        self.plugin = plugin

    def resolve(self, path: str) -> ResolverMatch:
        match = super().resolve(path)
        match.func = only_where_on(self.plugin, match.func)
        return match


def for_visitors(view: View) -> View:
    """Mark a plugin's view that somebody may ask who is not signed in, such as a calendar that knows a secret address. The
    view itself looks whether the plugin is on for the person whom it is about, and answers 404 else."""
    view.answers_visitors = True  # type: ignore[attr-defined]
    return view


def only_where_on(plugin: str, view: View) -> View:
    """404 unless one of the person's organisations has the plugin on, in words where it went off by itself; a view that
    raises answers with a calm page.

    A visitor is sent to sign in, whichever organisations have it on: somebody who opens their own link without a session
    must not read that the page is not there. NUL in what is sent, which PostgreSQL stores nowhere and nobody types, is
    answered here for every plugin.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *arguments: Any, **keywords: Any) -> HttpResponse:
        person = request.user
        if not getattr(view, "answers_visitors", False) and not _has(person, plugin):
            if isinstance(person, User):
                return _off(request, plugin, person)
            return redirect_to_login(request.get_full_path())
        if _holds_nul(request, view):
            return render(request, "lxp/unreadable.html", status=400)
        ask = partial(_answer, view, request, arguments, keywords)
        where = f"urls:/{request.resolver_match.route if request.resolver_match else ''}"
        whose = partial(_for_whom_it_counts, plugin, person)
        answer = plugin_incidents.run(plugin, where, ask, None, about=request.path, organisations=whose)
        if answer is None:
            return render(request, "lxp/plugin_failed.html", {"title": plugin_manager.title_of(plugin)}, status=500)
        if isinstance(answer, Exception):
            raise answer
        return answer  # type: ignore[return-value]

    return guarded


def _off(request: HttpRequest, plugin: str, person: User) -> HttpResponse:
    """Whose organisation has it off, reads that the page is not there; who could use it until it failed, reads that."""
    if not PluginSwitch.objects.stopped().filter(plugin=plugin, organisation__in=person.organisations).exists():
        raise Http404
    return render(request, "lxp/plugin_off.html", {"title": plugin_manager.title_of(plugin)}, status=404)


def _holds_nul(request: HttpRequest, view: View) -> bool:
    """In the query or in a form. Files are no text; and a form in parts is read only where its token was looked for in it
    already: who takes it without a token may want to read it as a stream."""
    sent = [request.GET]
    has_token = not getattr(view, "csrf_exempt", False)
    if request.method == "POST" and request.content_type in FORMS[: 2 if has_token else 1]:
        sent.append(request.POST)
    return any("\0" in text for one in sent for name, values in one.lists() for text in (name, *values))


def _for_whom_it_counts(plugin: str, person: object) -> list[Organisation]:
    """Once per person in `PLUGIN_FAULT_MINUTES`, whatever they ask and how often: what fails at an address may fail because
    of what one person sends there, and nobody shall switch off a plugin for a whole organisation. Without Redis each process
    of the web server remembers this by itself."""
    if not isinstance(person, User):
        return []
    is_first = cache.add(f"plugin-fault:{plugin}:{person.pk}", True, 60 * settings.PLUGIN_FAULT_MINUTES)
    return person.organisations if is_first else []


def _answer(view: View, request: HttpRequest, arguments: Any, keywords: Any) -> HttpResponseBase | Exception | None:
    """What a view answers, or what it raises for Django to answer."""
    try:
        return _rendered(view(request, *arguments, **keywords))
    except FOR_DJANGO as expected:
        return expected


def _has(person: object, plugin: str) -> bool:
    return isinstance(person, User) and plugin in plugin_manager.plugins_on(person.organisations)


def _rendered(answer: Any) -> HttpResponseBase:
    """The answer with its template already rendered, so that a template that fails does so here."""
    if not isinstance(answer, HttpResponseBase):
        raise PluginAnswerError(f"answered {type(answer).__name__}, where a response is asked")
    if isinstance(answer, SimpleTemplateResponse) and not answer.is_rendered:
        answer.render()
    return answer


def plugin_patterns() -> list[URLResolver]:
    """The addresses of every plugin that loads; one whose URL module fails is put in quarantine."""
    resolvers: list[URLResolver] = []
    for name, paths in plugin_manager.answers("urls"):
        if not paths:
            continue
        try:
            resolver = path(f"{name}/", include((paths, name), namespace=name))
            _visit(resolver)
        except Exception as fault:  # noqa: BLE001 - a plugin may raise anything
            plugin_discovery.quarantine(name, fault)
        else:
            resolvers.append(PluginResolver(name, resolver))
    return resolvers


def short_patterns() -> list[URLResolver]:
    """Below `/i/`: addresses that stand in a QR code or are read aloud. A plugin names them as `short_urlpatterns` beside its
    other ones, in a namespace of their own; they are guarded in the same way."""
    resolvers: list[URLResolver] = []
    for name, paths in plugin_manager.answers("urls"):
        if not paths or name in plugin_discovery.quarantined:
            continue
        patterns = getattr(import_module(paths), "short_urlpatterns", None)
        if patterns:
            resolver = path("", include((patterns, f"{name}_short")))
            resolvers.append(PluginResolver(name, resolver))
    return resolvers


def _visit(resolver: URLResolver) -> None:
    """Import everything that the addresses name, so that a fault shows at the start."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            _visit(pattern)
