"""A server outside, without one: it answers over a pair of sockets, in place of a connection."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

PUBLIC = "93.184.216.34"


class Server:
    """Answers one request over a pair of sockets, in place of a connection to the outside."""

    def __init__(self, answer: bytes, *, hold: bool = False) -> None:
        self.answer = answer
        self.hold = hold
        self.asked: list[tuple[str, str]] = []
        self.request = b""

    def connect(self, address: str, host: str) -> socket.socket:
        self.asked.append((address, host))
        ours, theirs = socket.socketpair()
        threading.Thread(target=self._serve, args=(theirs,), daemon=True).start()
        return ours

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            self.request = connection.recv(4096)
            try:
                connection.sendall(self.answer)
                if self.hold:
                    connection.recv(1)
            except OSError:
                return


def answer(body: bytes = b"{}", *, status: str = "200 OK", **headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body)}",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def found(*addresses: str) -> Callable[[str], list[str]]:
    return lambda _host: list(addresses)
