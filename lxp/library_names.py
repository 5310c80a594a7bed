"""Finds the people and organisations that the files of a library name."""

from __future__ import annotations

from pathlib import Path

from allauth.account.models import EmailAddress

from lxp.library import LibraryError
from lxp.models import Organisation, User


def organisation_named(slug: str, path: Path) -> Organisation:
    organisation = Organisation.objects.filter(slug=slug).first()
    if organisation is None:
        raise LibraryError(f"{path}: there is no organisation {slug}.")
    return organisation


def person_named(email: str, path: Path) -> User:
    known = EmailAddress.objects.filter(email=email.lower(), verified=True).select_related("user").first()
    if known is None:
        raise LibraryError(f"{path}: there is nobody with the address {email}.")
    return known.user
