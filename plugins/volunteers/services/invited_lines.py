"""The lines of a list that somebody pasted: who is meant, in whatever order and with whatever columns it was written."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from enum import Enum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from lxp.models import Membership, Organisation

MOST_LINES = 500
NAME_CHARACTERS = 150
EMAIL_CHARACTERS = 254  # what an account has room for
SEPARATORS = re.compile(r"[;,\t<>]+")
NUMBER = re.compile(r"[\d\s+()./-]+")  # a telephone number, a day, a row number: no part of a name


class Column(Enum):
    """What a column of a table holds; those of a name in the order in which it is said."""

    FIRST = 1
    MIDDLE = 2
    LAST = 3
    WHOLE = 4
    MAIL = 5
    OTHER = 6


WORDS = {
    Column.FIRST: ("voornaam", "voornamen", "roepnaam", "first name", "firstname", "given name"),
    Column.MIDDLE: ("tussenvoegsel", "tussenvoegsels", "voorvoegsel", "infix"),
    Column.LAST: ("achternaam", "familienaam", "last name", "lastname", "surname", "family name"),
    Column.WHOLE: ("naam", "volledige naam", "name", "full name"),
    Column.MAIL: (
        "e-mail",
        "email",
        "mail",
        "e-mailadres",
        "emailadres",
        "mailadres",
        "e-mail address",
        "email address",
    ),
    Column.OTHER: ("telefoon", "telefoonnummer", "tel", "mobiel", "phone", "phone number", "telephone", "mobile"),
}
HEADINGS = {word: column for column, words in WORDS.items() for word in words}
NAMES = (Column.FIRST, Column.MIDDLE, Column.LAST, Column.WHOLE)


@dataclass(frozen=True)
class InvitedLine:
    """One line of the list. `problem` says what to mend in it; `note` what is good to know."""

    number: int
    text: str
    name: str = ""
    email: str = ""
    problem: str = ""
    note: str = ""


@dataclass(frozen=True)
class Columns:
    """The columns of a table that says in a line of its own what each holds."""

    separator: str
    kinds: tuple[Column, ...]

    def parts(self, text: str) -> list[str]:
        """The name as it is said, and the address, of one row; empty where the row does not have these columns."""
        cells = dict.fromkeys(NAMES, "")
        addresses = []
        for kind, cell in zip(self.kinds, _cells(text, self.separator), strict=False):
            if kind is Column.MAIL and cell:
                addresses.append(cell)
            elif kind in cells and not NUMBER.fullmatch(cell):
                cells[kind] = f"{cells[kind]} {cell}".strip()
        name = " ".join(filter(None, cells.values()))
        return [name, *addresses] if name and any("@" in each for each in addresses) else []


def read_list(*, text: str, organisation: Organisation) -> list[InvitedLine]:
    """The lines of a list with a name and an address each, in any order and with any of `;`, `,`, tab or `<>` between them. A
    line that names columns says in which order those below it are read. One query."""
    here = Membership.objects.of_volunteers().current().filter(organisation=organisation)
    known = {email.lower() for email in here.values_list("person__email", flat=True)}
    found: list[InvitedLine] = []
    seen: dict[str, int] = {}
    columns: Columns | None = None
    is_first = True
    for number, raw in enumerate(text.replace("\x00", "").replace("\ufeff", "").splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        named = _columns(line, is_first)
        is_first = False
        if named is not None:
            columns = named
            continue
        parts = columns.parts(raw) if columns is not None else []
        if parts:
            line = ";".join(parts)  # so that it means the same without the line above it
        else:
            parts = [part.strip().strip('"').strip() for part in SEPARATORS.split(line)]
            parts = [part for part in parts if part and not NUMBER.fullmatch(part)]
        if parts:
            found.append(_line(number, line, parts, seen, known))
    return found


def _cells(text: str, separator: str) -> list[str]:
    try:
        row = next(csv.reader([text], delimiter=separator, skipinitialspace=True), [])
    except csv.Error:  # longer than any cell of a table
        return [text]
    return [cell.strip() for cell in row]


def _columns(line: str, is_first: bool) -> Columns | None:
    """The columns that a line names: the first where it names one that we know, a later one where it names nothing else."""
    if "@" in line:
        return None
    separator = next((each for each in ("\t", ";", ",") if each in line), ";")
    words = [cell.casefold().rstrip(":.") for cell in _cells(line, separator)]
    known = [word in HEADINGS for word in words if word]
    if not (any(known) if is_first else known and all(known)):
        return None
    return Columns(separator, tuple(HEADINGS.get(word, Column.OTHER) for word in words))


def _line(number: int, text: str, parts: list[str], seen: dict[str, int], known: set[str]) -> InvitedLine:
    addresses = [part for part in parts if "@" in part]
    name = " ".join(part for part in parts if "@" not in part)
    email = addresses[0].lower() if addresses else ""
    problem = note = ""
    if not addresses:
        problem = _("There is no e-mail address in this line.")
    elif len(addresses) > 1:
        problem = _("There are two e-mail addresses in this line. Put each person on a line of their own.")
    elif not _is_address(email):
        problem = _("“%(email)s” is no e-mail address. Look at the spelling.") % {"email": addresses[0]}
    elif not name:
        problem = _("There is no name in this line.")
    elif len(name) > NAME_CHARACTERS:
        problem = _("This name is too long. Is each person on a line of their own?")
    elif email in seen:
        problem = _("This address is in line %(number)s already.") % {"number": seen[email]}
    elif email in known:
        note = _("Is a volunteer here already, and stays that.")
    if email:
        seen.setdefault(email, number)
    return InvitedLine(number, text, name, email, problem, note)


def _is_address(email: str) -> bool:
    try:
        validate_email(email)
    except ValidationError:
        return False
    return len(email) <= EMAIL_CHARACTERS
