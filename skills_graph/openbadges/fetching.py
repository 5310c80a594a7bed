"""The one door to the outside: a small document of an issuer, over https, from an address that is public.

The host's name is looked up once, every address it has is checked, and the connection goes to an address that was checked, so
that a second look-up cannot lead inside. Redirects are not followed. Everything together takes a few seconds at most.
"""

from __future__ import annotations

import ipaddress
import queue
import re
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from skills_graph.openbadges.exceptions import UnavailableError

HTTPS_PORT = 443
SECONDS = 5.0
LARGEST_ANSWER_BYTES = 512 * 1024
HOST_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Addresses of IPv6 that stand for one of IPv4: NAT64, both of its prefixes.
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

LookUp = Callable[[str], Sequence[str]]
Connect = Callable[[str, str], socket.socket]


def look_up(host: str) -> list[str]:
    """Every address of a host."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, HTTPS_PORT, type=socket.SOCK_STREAM)]


def connect(address: str, host: str) -> socket.socket:
    """A connection to this address, with a certificate for this host."""
    plain = socket.create_connection((address, HTTPS_PORT), timeout=SECONDS)
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError:
        plain.close()
        raise


def fetch(address: str, *, look_up: LookUp = look_up, connect: Connect = connect, seconds: float = SECONDS) -> bytes:
    """The document at an https address. Raises UnavailableError, with the reason, when it may not or cannot be had."""
    host, path = _host_and_path(address)
    answers: queue.Queue[bytes | UnavailableError] = queue.Queue()
    connections: list[socket.socket] = []
    given_up = threading.Event()

    def work() -> None:
        try:
            checked = _public_address(look_up(host), host)
            connections.append(connect(checked, host))
            if not given_up.is_set():
                answers.put(_ask(connections[0], host, path))
        except UnavailableError as refusal:
            answers.put(refusal)
        except (OSError, HTTPException, ValueError):
            answers.put(UnavailableError("fetch_failed", host=host))

    # A look-up of a name knows no time limit of its own, so it is left behind rather than waited for.
    threading.Thread(target=work, name="fetch of a credential", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise UnavailableError("fetch_failed", host=host) from error
    finally:
        given_up.set()
        for connection in connections:
            _hang_up(connection)
    if isinstance(answer, UnavailableError):
        raise answer
    return answer


def _hang_up(connection: socket.socket) -> None:
    """End a connection, also under who still waits for it."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def is_public(text: str) -> bool:
    """Whether an address lies on the public internet: not here, not in a private network, not reserved for anything."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_public(str(inner))
        if address.teredo is not None or address.is_site_local or any(address in network for network in NAT64):
            return False
    refused = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
    )
    return address.is_global and not any(refused)


def _host_and_path(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise UnavailableError("address_refused", address=address) from error
    host = parts.hostname or ""
    plain = address.isascii() and address.isprintable() and " " not in address
    if parts.scheme != "https" or parts.username is not None or port not in (None, HTTPS_PORT) or not plain:
        raise UnavailableError("address_refused", address=address)
    if not HOST_NAME.fullmatch(host):
        raise UnavailableError("address_refused", address=address)
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _public_address(found: Sequence[str], host: str) -> str:
    """The first address; a host with one address inside is refused as a whole."""
    if not found or not all(is_public(address) for address in found):
        raise UnavailableError("address_refused", address=host)
    return found[0]


def _ask(connection: socket.socket, host: str, path: str) -> bytes:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAccept-Encoding: identity\r\n"
        "Accept: application/did+json, application/vc, application/json;q=0.9\r\nUser-Agent: lxp-verify\r\n\r\n"
    )
    connection.sendall(request.encode("ascii"))
    answer = HTTPResponse(connection)
    answer.begin()
    if 300 <= answer.status < 400:
        raise UnavailableError("redirect_refused", host=host)
    if answer.status != 200 or answer.getheader("Content-Encoding", "identity") != "identity":
        raise UnavailableError("fetch_failed", host=host)
    data: Any = answer.read(LARGEST_ANSWER_BYTES + 1)
    if len(data) > LARGEST_ANSWER_BYTES:
        raise UnavailableError("answer_too_large", host=host)
    return bytes(data)
