"""The one door to the outside: a small document of an issuer, over https, from an address that is public (`lxp.public_web`).

Redirects are not followed. Everything together takes a few seconds at most.
"""

from __future__ import annotations

import queue
import socket
import threading
from contextlib import suppress
from http.client import HTTPException, HTTPResponse
from typing import Any

from lxp.public_web import (
    SECONDS,
    Connect,
    LookUp,
    RefusedAddressError,
    connect,
    host_and_path,
    look_up,
    public_address,
)
from skills_graph.openbadges.exceptions import UnavailableError

LARGEST_ANSWER_BYTES = 512 * 1024


def fetch(address: str, *, look_up: LookUp = look_up, connect: Connect = connect, seconds: float = SECONDS) -> bytes:
    """The document at an https address. Raises UnavailableError, with the reason, when it may not or cannot be had."""
    try:
        host, path = host_and_path(address)
    except RefusedAddressError as refusal:
        raise UnavailableError("address_refused", address=address) from refusal
    answers: queue.Queue[bytes | UnavailableError] = queue.Queue()
    connections: list[socket.socket] = []
    given_up = threading.Event()

    def work() -> None:
        try:
            checked = public_address(look_up(host))
            connections.append(connect(checked, host))
            if not given_up.is_set():
                answers.put(_ask(connections[0], host, path))
        except UnavailableError as refusal:
            answers.put(refusal)
        except RefusedAddressError:
            answers.put(UnavailableError("address_refused", address=host))
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
