"""Reading a credential from a file: JSON within bounds, or JSON that is baked into a PNG or SVG picture."""

from __future__ import annotations

import json
import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any, NoReturn
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from skills_graph.openbadges.exceptions import UnreadableError

LARGEST_FILE_BYTES = 2 * 1024 * 1024
LARGEST_JSON_BYTES = 512 * 1024
DEEPEST = 32
MOST_VALUES = 20_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
PNG_KEYWORD = b"openbadgecredential"
SVG_CREDENTIAL = "{https://purl.imsglobal.org/ob/v3p0}credential"
COMPACT_JWT = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
WHOLE_NUMBER_LIMIT = 1e15


def read_credential(data: bytes) -> dict[str, Any]:
    """The credential in a file, not checked in any way. Raises UnreadableError when there is none, or too much of it."""
    if len(data) > LARGEST_FILE_BYTES:
        raise UnreadableError("too_large", limit=f"{LARGEST_FILE_BYTES // 1024 // 1024} MB")
    stripped = data.strip()
    if not stripped:
        raise UnreadableError("empty_file")
    if data.startswith(PNG_SIGNATURE):
        stripped = _baked_in_png(data)
    elif stripped.startswith(b"<"):
        stripped = _baked_in_svg(stripped)
    if COMPACT_JWT.fullmatch(stripped):
        raise UnreadableError("jwt")
    document = read_json(stripped)
    if "@context" not in document or "type" not in document:
        raise UnreadableError("no_credential")
    return document


def read_json(data: bytes) -> dict[str, Any]:
    """One JSON object, within bounds of size and depth, without the loopholes that parsers read differently."""
    if len(data) > LARGEST_JSON_BYTES:
        raise UnreadableError("too_large", limit=f"{LARGEST_JSON_BYTES // 1024} kB")
    try:
        document = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=_without_repeats,
            parse_float=_number,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise UnreadableError("too_deep") from error
    except ValueError as error:
        raise UnreadableError("no_json") from error
    if not isinstance(document, dict):
        raise UnreadableError("no_credential")
    _check_size(document)
    return document


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers differ about which of two equal keys counts, so neither does."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnreadableError("repeated_key")
    return found


def _number(text: str) -> float | int:
    """36.0 is 36, as in the JavaScript that most issuers use: a signature depends on it."""
    number = float(text)
    if abs(number) == float("inf"):
        raise UnreadableError("no_json")
    return int(number) if number.is_integer() and abs(number) < WHOLE_NUMBER_LIMIT else number


def _refuse_constant(_name: str) -> NoReturn:
    raise UnreadableError("no_json")


def _check_size(document: dict[str, Any]) -> None:
    level: list[Any] = [document]
    values = 0
    for _depth in range(DEEPEST):
        level = [child for item in level for child in _children(item)]
        values += len(level)
        if values > MOST_VALUES:
            raise UnreadableError("too_large", limit=str(MOST_VALUES))
        if not level:
            return
    raise UnreadableError("too_deep")


def _children(item: Any) -> list[Any]:
    if isinstance(item, dict):
        return list(item.values())
    return item if isinstance(item, list) else []


def _baked_in_png(data: bytes) -> bytes:
    """The text of the chunk that Open Badges 3.0 (5.3.1) names: iTXt, keyword `openbadgecredential`, not compressed."""
    for kind, body in _png_chunks(data):
        if kind == b"iTXt" and body.startswith(PNG_KEYWORD + b"\0"):
            compressed, _method, rest = (
                body[len(PNG_KEYWORD) + 1],
                body[len(PNG_KEYWORD) + 2],
                body[len(PNG_KEYWORD) + 3 :],
            )
            _language, _separator, rest = rest.partition(b"\0")
            _translated, _separator, text = rest.partition(b"\0")
            return _decompressed(text) if compressed else text.strip()
    raise UnreadableError("no_credential_in_picture")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(PNG_SIGNATURE)
    while position + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[position : position + 8])
        yield kind, data[position + 8 : position + 8 + length]
        position += 12 + length


def _decompressed(text: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        result = inflater.decompress(text, LARGEST_JSON_BYTES + 1)
    except zlib.error as error:
        raise UnreadableError("no_credential_in_picture") from error
    return result


def _baked_in_svg(data: bytes) -> bytes:
    """The text of the element that Open Badges 3.0 (5.3.2) names."""
    try:
        root = fromstring(data, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise UnreadableError("no_credential_in_picture") from error
    element = root.find(f".//{SVG_CREDENTIAL}")
    if element is None:
        raise UnreadableError("no_credential_in_picture")
    return (element.text or element.get("verify") or "").strip().encode("utf-8")
