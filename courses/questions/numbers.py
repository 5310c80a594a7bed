"""Numbers as people write them: 2,5 and 2.5 are the same; what could mean two things is refused."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from courses.exceptions import HandlerRefusedError

MAX_DIGITS = 15
GROUP = 3
PLAIN = re.compile(r"[+-]?\d+([.,]\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}([.,'’\s]\d{3})+([.,]\d+)?")


def plain(number: Decimal) -> str:
    """A number as it is stored: no exponent, no zeros at the end."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def stored(value: Any) -> Decimal:
    """A number of an author, from JSON: text, whole or broken number; nothing counts as 0."""
    return Decimal(str(value if value not in (None, "") else 0))


def decimal_places(number: Decimal) -> int:
    return len(plain(number).partition(".")[2])


def is_plain(value: Any) -> bool:
    """True for text that `plain` could have written."""
    try:
        return isinstance(value, str) and Decimal(value).is_finite()
    except InvalidOperation:
        return False


def read_number(text: str, *, unit: str = "", places: int = 0) -> Decimal:
    """What somebody typed, as a number. The unit may stand behind it.

    "1.200" is refused, for it is 1200 to one reader and 1.2 to another: a mistake with medicine. Only a question whose
    answer itself has three or more decimal `places` takes it, as a decimal. Raises HandlerRefusedError.
    """
    text = text.strip().replace("\u2212", "-")
    if unit and text.casefold().endswith(unit.casefold()):
        text = text[: -len(unit)].rstrip()
    if not text:
        raise HandlerRefusedError(_("Write a number."))
    if is_grouped(text, places):
        raise HandlerRefusedError(
            _("Write the number without dots, commas or spaces for thousands. For example: 1200 or 2.5.")
        )
    if PLAIN.fullmatch(text) is None:
        raise HandlerRefusedError(_("This is not a number. Write only digits. For example: 12 or 2.5."))
    if sum(character.isdigit() for character in text) > MAX_DIGITS:
        raise HandlerRefusedError(_("This number is too long. Check it once more."))
    return Decimal(text.replace(",", "."))


def is_grouped(text: str, places: int) -> bool:
    if GROUPED.fullmatch(text) is None:
        return False
    is_decimal = PLAIN.fullmatch(text) is not None
    starts_with_zero = text.lstrip("+-").startswith("0")  # 0,125 can only be a decimal
    return not (is_decimal and (starts_with_zero or places >= GROUP))
