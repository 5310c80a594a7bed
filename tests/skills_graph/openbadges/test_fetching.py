"""The guarded fetch: public https only, the address that was checked, no redirects, small and short."""

import socket

import pytest

from lxp.public_web import is_public
from skills_graph.openbadges.exceptions import UnavailableError
from skills_graph.openbadges.fetching import LARGEST_ANSWER_BYTES, fetch
from tests.factories.web import PUBLIC, Server, answer, found


def refusal(address: str, server: Server, *addresses: str, seconds: float = 2) -> str:
    with pytest.raises(UnavailableError) as error:
        fetch(address, look_up=found(*addresses or (PUBLIC,)), connect=server.connect, seconds=seconds)
    return error.value.code


def test_a_small_document_is_fetched_from_the_address_that_was_checked() -> None:
    server = Server(answer(b'{"id": 1}'))
    looked_up: list[str] = []

    def look_up(host: str) -> list[str]:
        looked_up.append(host)
        return [PUBLIC] if len(looked_up) == 1 else ["127.0.0.1"]

    assert fetch("https://lxp.example/a/did.json?v=1", look_up=look_up, connect=server.connect) == b'{"id": 1}'
    assert looked_up == ["lxp.example"]
    assert server.asked == [(PUBLIC, "lxp.example")]
    assert server.request.startswith(b"GET /a/did.json?v=1 HTTP/1.1\r\nHost: lxp.example\r\n")
    assert b"cookie" not in server.request.lower()


@pytest.mark.parametrize(
    "address",
    [
        "http://lxp.example/did.json",
        "file:///etc/passwd",
        "https://lxp.example:8443/did.json",
        "https://user@lxp.example/did.json",
        "https://127.0.0.1/did.json",
        "https://[::1]/did.json",
        "https://2130706433/did.json",
        "https://0x7f.1/did.json",
        "https://localhost/did.json",
        "https://lxp.example/a b",
        "https://lxp.example/\r\nX-Evil:1",
        "https://lxp.example:port/",
        "https://bücher.example/",
        "https:///did.json",
        "",
    ],
)
def test_an_address_that_is_no_plain_https_name_is_refused(address: str) -> None:
    server = Server(answer())
    assert refusal(address, server) == "address_refused"
    assert server.asked == []


@pytest.mark.parametrize(
    "inside",
    [
        *(
            "127.0.0.1",
            "10.0.0.7",
            "172.16.4.4",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "192.0.2.1",
        ),
        *("0.0.0.0", "255.255.255.255", "198.18.0.1"),  # noqa: S104 - nothing is bound to it
        *("::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "2001:db8::1"),
        *(
            "::ffff:10.0.0.1",
            "2002:0a00:0001::1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        ),
        "no address",
    ],
)
def test_an_address_inside_is_refused(inside: str) -> None:
    server = Server(answer())
    assert is_public(inside) is False
    assert refusal("https://lxp.example/did.json", server, inside) == "address_refused"
    assert refusal("https://lxp.example/did.json", server, PUBLIC, inside) == "address_refused"
    assert server.asked == []


@pytest.mark.parametrize("outside", [PUBLIC, "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946"])
def test_an_address_outside_is_public(outside: str) -> None:
    assert is_public(outside) is True


@pytest.mark.parametrize(
    "status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"]
)
def test_a_redirect_is_not_followed(status: str) -> None:
    server = Server(answer(status=status, Location="https://10.0.0.1/did.json"))
    assert refusal("https://lxp.example/did.json", server) == "redirect_refused"
    assert len(server.asked) == 1


def test_an_answer_that_is_too_large_is_refused() -> None:
    body = b" " * (LARGEST_ANSWER_BYTES + 1)
    assert refusal("https://lxp.example/did.json", Server(answer(body))) == "answer_too_large"
    endless = b"HTTP/1.1 200 OK\r\n\r\n" + body
    assert refusal("https://lxp.example/did.json", Server(endless)) == "answer_too_large"


@pytest.mark.parametrize(
    "wrong",
    [
        answer(status="404 Not Found"),
        answer(status="500 Internal Server Error"),
        answer(Content_Encoding="gzip"),
        b"nonsense\r\n\r\n",
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n{}",
    ],
)
def test_what_is_no_plain_answer_is_refused(wrong: bytes) -> None:
    assert refusal("https://lxp.example/did.json", Server(wrong)) == "fetch_failed"


def test_a_host_that_lets_us_wait_is_left() -> None:
    held = Server(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n", hold=True)
    assert refusal("https://lxp.example/did.json", held, seconds=0.2) == "fetch_failed"


def test_a_name_that_is_not_found_is_said() -> None:
    def look_up(_host: str) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(UnavailableError) as error:
        fetch("https://lxp.example/", look_up=look_up)
    assert error.value.code == "fetch_failed"
