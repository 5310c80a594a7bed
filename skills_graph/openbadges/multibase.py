"""Multibase: bytes as text. `z` is base58 of Bitcoin, `u` base64url without padding (W3C Controlled Identifiers 1.0, 2.4)."""

from __future__ import annotations

import base64
import binascii
import re

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS = {character: value for value, character in enumerate(ALPHABET)}
# Base 58 costs the square of its length; keys and signatures are far shorter.
LONGEST_BASE58 = 256
BASE64URL = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def encode_base58(data: bytes) -> str:
    number = int.from_bytes(data)
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return "z" + ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + digits


def decode_base58(text: str) -> bytes:
    """The bytes of a text that begins with `z`. Raises ValueError for anything else."""
    if not text.startswith("z") or len(text) > LONGEST_BASE58:
        raise ValueError("Not base58 with its prefix z, or too long.")
    digits = text[1:]
    number = 0
    for character in digits:
        if character not in DIGITS:
            raise ValueError("Not a digit of base58.")
        number = number * 58 + DIGITS[character]
    zeros = len(digits) - len(digits.lstrip(ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8)


def encode_base64url(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def decode_base64url(text: str) -> bytes:
    """The bytes of a text that begins with `u`. Raises ValueError for anything else."""
    if not text.startswith("u") or not BASE64URL.fullmatch(text, 1):
        raise ValueError("Not base64url with its prefix u.")
    try:
        return base64.urlsafe_b64decode(text[1:] + "=" * (-(len(text) - 1) % 4))
    except binascii.Error as error:
        raise ValueError("Not base64url: its length is wrong.") from error
