"""The addresses that stand in credentials: on the one host that the coalition keeps, whatever becomes of the issuer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve, reverse

from lxp.models import Organisation
from skills_graph.openbadges import did_of_web


def did_of(organisation: Organisation) -> str:
    """The identifier of an organisation as an issuer: by its uuid, so a new name changes nothing."""
    return did_of_web(urlsplit(settings.ISSUER_URL).netloc, "issuers", str(organisation.uuid))


def method_of(organisation: Organisation, public_multibase: str) -> str:
    """The address of one key in the document of its issuer."""
    return f"{did_of(organisation)}#{public_multibase}"


def address_of(view: str, *args: Any) -> str:
    return settings.ISSUER_URL + reverse(f"skills_graph:{view}", args=args)


def named_by(identifier: str) -> ResolverMatch | None:
    """The view of ours behind an identifier: a `did:web` or an address on our host; None for what is of others."""
    host = did_of_web(urlsplit(settings.ISSUER_URL).netloc)
    if identifier.startswith(f"{host}:"):
        path = f"/{identifier.removeprefix(f'{host}:').replace(':', '/')}/did.json"
    elif identifier.startswith(f"{settings.ISSUER_URL}/"):
        path = urlsplit(identifier).path
    else:
        return None
    try:
        return resolve(path)
    except Resolver404:
        return None
