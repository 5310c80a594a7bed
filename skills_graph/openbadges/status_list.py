"""Bitstring Status List (W3C, 1.0): one bit for each credential, so that who looks does not tell whom they look at."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from skills_graph.openbadges.contexts import CREDENTIALS_V2
from skills_graph.openbadges.dates import format_timestamp
from skills_graph.openbadges.exceptions import UnavailableError
from skills_graph.openbadges.multibase import decode_base64url, encode_base64url
from skills_graph.openbadges.sets import members

ENTRY_TYPE = "BitstringStatusListEntry"
LIST_TYPE = "BitstringStatusList"
CREDENTIAL_TYPE = "BitstringStatusListCredential"
REVOCATION = "revocation"
# The smallest list that hides one credential among enough others (2.1); sixteen times that is the largest we read.
FEWEST_BITS = 131_072
MOST_BITS = FEWEST_BITS * 16
GZIP_WINDOW = 31


@dataclass(frozen=True)
class StatusEntry:
    """Where a credential's own bit is."""

    list_address: str
    index: int
    purpose: str = REVOCATION

    def as_document(self) -> dict[str, Any]:
        return {
            "id": f"{self.list_address}#{self.index}",
            "type": ENTRY_TYPE,
            "statusPurpose": self.purpose,
            "statusListIndex": str(self.index),
            "statusListCredential": self.list_address,
        }


def build_status_list(
    *,
    address: str,
    issuer: str,
    withdrawn: Iterable[int],
    valid_from: datetime,
    valid_until: datetime | None = None,
    purpose: str = REVOCATION,
    bits: int = FEWEST_BITS,
) -> dict[str, Any]:
    """The status list credential of an issuer, not signed yet; `withdrawn` are the indices whose bit is set."""
    document: dict[str, Any] = {
        "@context": [CREDENTIALS_V2],
        "id": address,
        "type": ["VerifiableCredential", CREDENTIAL_TYPE],
        "issuer": issuer,
        "validFrom": format_timestamp(valid_from),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": LIST_TYPE,
            "statusPurpose": purpose,
            "encodedList": encode_list(withdrawn, bits=bits),
        },
    }
    if valid_until is not None:
        document["validUntil"] = format_timestamp(valid_until)
    return document


def encode_list(set_bits: Iterable[int], *, bits: int = FEWEST_BITS) -> str:
    """The bits, packed; index 0 is the left-most bit (3.1). Raises ValueError for an index outside the list."""
    if bits < FEWEST_BITS or bits % 8:
        raise ValueError(f"A status list has at least {FEWEST_BITS} bits, in whole bytes.")
    packed = bytearray(bits // 8)
    for index in set_bits:
        if not 0 <= index < bits:
            raise ValueError(f"The list has no bit {index}.")
        packed[index // 8] |= 0x80 >> index % 8
    return encode_base64url(gzip.compress(bytes(packed), mtime=0))


def read_bit(encoded: str, index: int) -> bool:
    """One bit of a packed list. Raises UnavailableError for what is no list, too short, or unpacks to too much."""
    try:
        packed = decode_base64url(encoded)
        inflater = zlib.decompressobj(wbits=GZIP_WINDOW)
        raw = inflater.decompress(packed, MOST_BITS // 8 + 1)
    except (ValueError, zlib.error) as error:
        raise UnavailableError("status_list_broken") from error
    if len(raw) > MOST_BITS // 8 or not inflater.eof:
        raise UnavailableError("status_list_broken")
    if len(raw) * 8 < FEWEST_BITS or not 0 <= index < len(raw) * 8:
        raise UnavailableError("status_list_broken")
    return bool(raw[index // 8] & 0x80 >> index % 8)


def read_entry(document: Any) -> StatusEntry:
    """The entry in a credential. Raises UnavailableError when it is of a kind that we cannot look up."""
    if not isinstance(document, Mapping) or ENTRY_TYPE not in members(document.get("type")):
        raise UnavailableError("status_unsupported")
    address, index, purpose = (
        document.get(name) for name in ("statusListCredential", "statusListIndex", "statusPurpose")
    )
    # JSON has both "94567" and 94567 for it; digits alone, since int() reads more than the standard writes.
    digits = str(index) if isinstance(index, str | int) and not isinstance(index, bool) else ""
    if not (isinstance(address, str) and isinstance(purpose, str) and digits.isascii() and digits.isdigit()):
        raise UnavailableError("status_unsupported")
    if len(digits) > len(str(MOST_BITS)) or document.get("statusSize", 1) != 1:
        raise UnavailableError("status_unsupported")
    return StatusEntry(address, int(digits), purpose)
