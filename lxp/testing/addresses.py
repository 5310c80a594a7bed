"""Every address of a plugin, filled in with its own objects or with nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

Made = Mapping[str, models.Model]
Filling = Callable[[Made], Any]
MISSING = {"int": 987654321, "uuid": UUID(int=987654321), "str": "kit-missing", "slug": "kit-missing", "path": "kit"}


@dataclass(frozen=True)
class Address:
    """One address of a plugin: its name, and the arguments it takes with their kinds ("int", "uuid", "str" or "slug")."""

    name: str
    arguments: tuple[tuple[str, str], ...]

    @property
    def is_plain(self) -> bool:
        return not self.arguments

    def missing(self) -> str:
        """The same address, naming nothing that exists."""
        return reverse(self.name, kwargs={name: MISSING.get(kind, "kit-missing") for name, kind in self.arguments})

    def absurd(self) -> list[str]:
        """The same address with numbers and texts in it that no object has."""
        wild: dict[str, list[Any]] = {
            "int": [0, 10**30],
            "str": ["\0", "9" * 40],
            "path": ["\0", "9" * 40],
            "slug": ["9" * 400],
        }
        nothing = {name: MISSING.get(kind, "kit-missing") for name, kind in self.arguments}
        paths = []
        for name, kind in self.arguments:
            for value in wild.get(kind, []):
                with suppress(NoReverseMatch):
                    paths.append(reverse(self.name, kwargs={**nothing, name: value}))
        return paths

    def naming(self, made: Made, values: Mapping[str, Filling]) -> list[str]:
        """The address with each of these objects in it, wherever that gives an address."""
        known = {name: values[name](made) for name, _kind in self.arguments if name in values}
        paths = []
        for each in made.values():
            for key in _keys_of(each):
                filled = {name: known.get(name, _key(key, kind)) for name, kind in self.arguments}
                with suppress(NoReverseMatch):
                    paths.append(reverse(self.name, kwargs=filled))
        return sorted(set(paths) - {self.missing()})


def _key(key: Any, kind: str) -> Any:
    """A key where its kind fits, else what fits and names nothing."""
    fits = {"int": int, "uuid": UUID}.get(kind, str)
    return key if isinstance(key, fits) else MISSING.get(kind, "kit-missing")


def _keys_of(thing: models.Model) -> list[Any]:
    """What may name an object in an address."""
    kinds = models.UUIDField | models.SlugField | models.AutoField
    named = [each for each in thing._meta.concrete_fields if isinstance(each, kinds) or each.unique or each.primary_key]
    keys = [getattr(thing, each.attname) for each in named]
    return [each for each in keys if each not in (None, "")]


def addresses(plugin: str, *, with_secrets: bool = False) -> list[Address]:
    """Every named address below /p/<plugin>/; those that ask a secret instead of a person (`for_visitors`) when told."""
    return sorted(set(_within(_resolver(plugin), plugin, (), with_secrets)), key=lambda each: each.name)


def unnamed(plugin: str) -> list[str]:
    """Patterns without a name: nobody can link to them, and the kit cannot try them."""
    return [str(each.pattern) for each in _patterns(_resolver(plugin)) if not each.name]


def _resolver(plugin: str) -> URLResolver | None:
    namespaces = get_resolver().namespace_dict
    return namespaces[plugin][1] if plugin in namespaces else None


def _patterns(resolver: URLResolver | None) -> Iterator[URLPattern]:
    for each in resolver.url_patterns if resolver is not None else []:
        if isinstance(each, URLResolver):
            yield from _patterns(each)
        else:
            yield each


def _within(
    resolver: URLResolver | None, namespace: str, outer: tuple[tuple[str, str], ...], with_secrets: bool
) -> Iterator[Address]:
    for each in resolver.url_patterns if resolver is not None else []:
        arguments = (*outer, *_arguments(each))
        if isinstance(each, URLResolver):
            inner = f"{namespace}:{each.namespace}" if each.namespace else namespace
            yield from _within(each, inner, arguments, with_secrets)
        elif each.name and (with_secrets or not getattr(each.callback, "answers_visitors", False)):
            yield Address(f"{namespace}:{each.name}", arguments)


def _arguments(each: URLPattern | URLResolver) -> tuple[tuple[str, str], ...]:
    converters = getattr(each.pattern, "converters", None)
    if converters:
        return tuple(
            (name, type(kind).__name__.removesuffix("Converter").lower().replace("string", "str"))
            for name, kind in converters.items()
        )
    return tuple((name, "str") for name in each.pattern.regex.groupindex)
