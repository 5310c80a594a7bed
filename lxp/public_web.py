"""The way to the public web: which addresses may be asked anything, and a connection to one that was checked.

The host's name is looked up once, every address it has is checked, and the connection goes to an address that was checked, so
that a second look-up cannot lead inside.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Callable, Sequence
from urllib.parse import urlsplit

HTTPS_PORT = 443
SECONDS = 5.0
HOST_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Addresses of IPv6 that stand for one of IPv4: NAT64, both of its prefixes.
NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

LookUp = Callable[[str], Sequence[str]]
Connect = Callable[[str, str], socket.socket]


class RefusedAddressError(ValueError):
    """An address that is no plain https name, or that leads inside: nothing there is asked for who wrote it."""


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


def host_and_path(url: str) -> tuple[str, str]:
    """The two halves of a plain https address: name of the host, and path with query. Raises RefusedAddressError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddressError(url) from error
    host = parts.hostname or ""
    plain = url.isascii() and url.isprintable() and " " not in url
    if parts.scheme != "https" or parts.username is not None or port not in (None, HTTPS_PORT) or not plain:
        raise RefusedAddressError(url)
    if not HOST_NAME.fullmatch(host):
        raise RefusedAddressError(url)
    return host, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def public_address(found: Sequence[str]) -> str:
    """The first address of a host. Raises RefusedAddressError: with one address inside a host is refused as a whole."""
    if not found or not all(is_public(address) for address in found):
        raise RefusedAddressError(", ".join(found))
    return found[0]


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
