"""The keys with which organisations sign: the public half in the database, the secret half in a file of its own.

A file is named after the public half that belongs to it, so no secret can be taken for another one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lxp import audit
from lxp.models import Organisation, User
from skills_graph.exceptions import SigningKeyError
from skills_graph.models import IssuerKey
from skills_graph.openbadges import SigningKey

FOLDER_MODE, FILE_MODE = 0o700, 0o600


def signing_key(*, organisation: Organisation) -> tuple[IssuerKey, SigningKey]:
    """The key with which an organisation signs today, made when it is first needed: also when several ask at once.

    Raises SigningKeyError when its secret half is lost or unreadable: then nothing is signed until an operator has put
    it back or has made another (`lxp rotate_key`).
    """
    row = IssuerKey.objects.signing().filter(organisation=organisation).first() or _first_key(organisation)
    return row, _secret_of(row, organisation)


def _first_key(organisation: Organisation) -> IssuerKey:
    try:
        with transaction.atomic():
            return _new_key(organisation)
    except IntegrityError:  # somebody else made it meanwhile
        return IssuerKey.objects.signing().get(organisation=organisation)


def _new_key(organisation: Organisation) -> IssuerKey:
    """The secret is on the disk before anybody can see the row; without a row the file goes again."""
    key = SigningKey.generate()
    file = _write(key, organisation)
    try:
        return IssuerKey.objects.create(organisation=organisation, public_multibase=key.public.multibase)
    except IntegrityError:
        with suppress(OSError):
            file.unlink()
        raise


def _file_of(public_multibase: str) -> Path:
    return Path(settings.SIGNING_KEYS_DIR) / f"{public_multibase}.key"


def _write(key: SigningKey, organisation: Organisation) -> Path:
    """Whole or not at all, and for nobody else to read."""
    file = _file_of(key.public.multibase)
    part = file.with_suffix(".part")
    try:
        file.parent.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w", encoding="ascii") as text:
            text.write(key.secret_multibase)
            text.flush()
            os.fsync(text.fileno())
        part.replace(file)
    except OSError as error:
        raise SigningKeyError(
            _("The signing key of %(organisation)s cannot be kept: %(reason)s. Put %(folder)s in order.")
            % {"organisation": organisation, "folder": file.parent, "reason": error.strerror}
        ) from error
    return file


def _secret_of(row: IssuerKey, organisation: Organisation) -> SigningKey:
    file = _file_of(row.public_multibase)
    try:
        key = SigningKey.from_multibase(file.read_text(encoding="ascii").strip())
        if key.public.multibase == row.public_multibase:
            return key
    except (OSError, ValueError):
        pass
    raise SigningKeyError(
        _(
            "The signing key of %(organisation)s is lost or damaged: %(file)s. Put it back from a backup. Is there none, "
            "then run: lxp rotate_key %(slug)s"
        )
        % {"organisation": organisation, "file": file, "slug": organisation.slug}
    )


@transaction.atomic
def rotate_key(*, organisation: Organisation, revoke: bool = False, by: User | None = None) -> IssuerKey:
    """Give an organisation a new key, and forget the secret halves of its older ones: they sign no more.

    What older keys signed stays valid, unless all of them are revoked: who stole them could sign with any date. What a
    revoked key signed is issued anew by `reconcile`. Raises SigningKeyError.
    """
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    now = timezone.now()
    older = IssuerKey.objects.filter(organisation=locked)
    files = [_file_of(each) for each in older.values_list("public_multibase", flat=True)]
    older.filter(retired_at__isnull=True).update(retired_at=now)
    if revoke:
        older.trusted().update(revoked_at=now)
    row = _new_key(locked)
    transaction.on_commit(lambda: _forget(files))
    audit.record("key.rotated", by=by, about=row, organisation=locked, revoked=revoke)
    return row


def _forget(files: list[Path]) -> None:
    for file in files:
        with suppress(OSError):
            file.unlink()


def unusable_keys() -> list[str]:
    """One sentence for each organisation whose signing key is lost or damaged."""
    found = []
    for row in IssuerKey.objects.signing().select_related("organisation").order_by("organisation__name"):
        try:
            _secret_of(row, row.organisation)
        except SigningKeyError as error:
            found.append(str(error))
    return found
