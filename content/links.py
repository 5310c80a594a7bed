"""Whether a page of somebody else still answers. Asked by the worker while nobody waits; nothing of the page is read."""

from __future__ import annotations

import ipaddress
import socket
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, Request, build_opener

PATIENCE_SECONDS = 10
GONE = (404, 410)
# A page that refuses a program may be there for people all the same (RFC 9110, 15.5).
REFUSES_PROGRAMS = (401, 403, 405, 429)
NOT_PUBLIC, SILENT = "not a public address", "no answer"


class NotPublicError(URLError):
    """The address is one of a network of our own: nothing there is asked anything on behalf of who typed it."""

    def __init__(self) -> None:
        super().__init__(NOT_PUBLIC)


class _PublicOnly(HTTPRedirectHandler):
    """Follows a page to where it moved, as long as that is public too."""

    def redirect_request(
        self, req: Request, fp: object, code: int, msg: str, headers: object, newurl: str
    ) -> Request | None:
        require_public(newurl)
        return super().redirect_request(req, fp, code, msg, headers, newurl)  # type: ignore[arg-type]


def require_public(url: str) -> None:
    """Raises NotPublicError for what is no https address of the public internet, and OSError where its name is unknown."""
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname or parts.username or parts.port not in {None, 443}:
        raise NotPublicError
    found = {str(each[4][0]) for each in socket.getaddrinfo(parts.hostname, 443, type=socket.SOCK_STREAM)}
    if not all(ipaddress.ip_address(address).is_global for address in found):
        raise NotPublicError


def fault_of(url: str, opener: OpenerDirector | None = None) -> str:
    """What is wrong with this address in a few words, such as “404”; "" where it answers."""
    asked = Request(url, headers={"User-Agent": "LXP link check", "Range": "bytes=0-0"})  # noqa: S310 - https, see require_public
    try:
        require_public(url)
        with (opener or build_opener(_PublicOnly)).open(asked, timeout=PATIENCE_SECONDS):
            return ""
    except HTTPError as answer:
        answer.close()
        return "" if answer.code in REFUSES_PROGRAMS or answer.code == 416 else str(answer.code)
    except NotPublicError:
        return NOT_PUBLIC
    except (OSError, HTTPException, UnicodeError, ValueError):
        return SILENT


def is_gone(fault: str) -> bool:
    """Whether the site itself says that the page is not there, which needs no second look."""
    return fault in {str(code) for code in GONE}
