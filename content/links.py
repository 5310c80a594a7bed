"""Whether a page of somebody else still answers. Asked by the worker while nobody waits; nothing of the page is read."""

from __future__ import annotations

from http.client import HTTPException, HTTPResponse
from urllib.parse import urljoin

from django.utils.encoding import iri_to_uri

from lxp.public_web import Connect, LookUp, RefusedAddressError, connect, host_and_path, look_up, public_address

GONE = (404, 410)
MOVED = (301, 302, 303, 307, 308)
MOST_MOVES = 5
# A page that refuses a program may be there for people all the same (RFC 9110, 15.5); 416 refuses only our wish for one byte.
REFUSES_PROGRAMS = (401, 403, 405, 416, 429)
NOT_PUBLIC, SILENT = "not a public address", "no answer"


def fault_of(url: str, *, look_up: LookUp = look_up, connect: Connect = connect) -> str:
    """What is wrong with this address in a few words, such as “404”; "" where it answers, also after it moved."""
    try:
        for _move in range(MOST_MOVES + 1):
            status, moved_to = _answer_of(iri_to_uri(url), look_up, connect)
            if not moved_to:
                return str(status) if status >= 400 and status not in REFUSES_PROGRAMS else ""
            url = urljoin(url, moved_to)
    except RefusedAddressError:
        return NOT_PUBLIC
    except (OSError, HTTPException, ValueError):
        return SILENT
    return SILENT  # sent from one place to the next, without end


def _answer_of(url: str, look_up: LookUp, connect: Connect) -> tuple[int, str]:
    """The status, and where the page moved to; the address is checked before anything is asked of it."""
    host, path = host_and_path(url)
    lines = (f"GET {path} HTTP/1.1", f"Host: {host}", "Connection: close", "Range: bytes=0-0", "User-Agent: lxp-links")
    with connect(public_address(look_up(host)), host) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        answer = HTTPResponse(connection)
        answer.begin()
        return answer.status, (answer.getheader("Location") or "") if answer.status in MOVED else ""


def is_gone(fault: str) -> bool:
    """Whether the site itself says that the page is not there, which needs no second look."""
    return fault in {str(code) for code in GONE}
