"""The guarded protocol on a real socket: a bare application behind uvicorn, and clients that misbehave."""

import asyncio
import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, Self

import pytest
import uvicorn

from sealane.web import protocol
from sealane.web.protocol import GuardedProtocol


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answer 200 at once, or after the whole body when the path says so."""
    if scope["path"] == "/whole":
        while (await receive()).get("more_body"):
            pass
    if scope["path"] == "/hang":
        await asyncio.sleep(0.5)
    headers = [(b"content-length", b"2"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    patch = pytest.MonkeyPatch()
    patch.setattr(protocol, "HEAD_SECONDS", 0.4)
    patch.setattr(protocol, "SURPLUS_BYTES", 200_000)
    config = uvicorn.Config(application, http=GuardedProtocol, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(10)
    listener.close()
    patch.undo()


class Caller:
    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the next answer."""
        file = self.socket.makefile("rb")
        status = int(file.readline().split()[1])
        headers = {}
        while line := file.readline().strip():
            name, _, value = line.decode().partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, file.read(int(headers["content-length"]))

    def is_closed(self) -> bool:
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


def test_an_ordinary_call_passes_and_the_connection_lives_on(port: int) -> None:
    with Caller(port) as caller:
        for _ in range(3):
            caller.send(b"POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
            assert caller.answer()[0] == 200


@pytest.mark.parametrize("cut", [1, 1000, 40_000])
@pytest.mark.parametrize("head", [b"X-Long: " + b"a" * 20_000, b"\r\n".join(b"X-%d: 1" % n for n in range(3000))])
def test_a_head_over_the_limit_is_refused_however_it_arrives(port: int, head: bytes, cut: int) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n" + head + b"\r\n\r\n"
    with Caller(port) as caller:
        for at in range(0, len(request), max(cut, 500)):
            try:
                caller.send(request[at : at + max(cut, 500)])
            except OSError:
                break
        status, headers, body = caller.answer()
    assert status == 431
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["code"] == "head-too-large"


def test_a_long_address_counts_as_head(port: int) -> None:
    with Caller(port) as caller:
        caller.send(b"GET /?" + b"&".join(b"p%d=1" % n for n in range(10_000)) + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert caller.answer()[0] == 431


def test_a_head_just_under_the_limit_passes(port: int) -> None:
    with Caller(port) as caller:
        caller.send(b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 16_000 + b"\r\n\r\n")
        assert caller.answer()[0] == 200


def test_a_head_that_never_ends_is_cut_off(port: int) -> None:
    with Caller(port) as caller:
        began = time.monotonic()
        caller.send(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for _ in range(3):
            time.sleep(0.05)
            caller.send(b"X-More: 1\r\n")
        status, _, body = caller.answer()
        assert (status, json.loads(body)["code"]) == (408, "slow-body")
        assert time.monotonic() - began < 5
        assert caller.is_closed()


def test_a_connection_that_says_nothing_is_closed(port: int) -> None:
    with Caller(port) as caller:
        assert caller.is_closed()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n",
        b"POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        b"POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /whole HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_what_is_no_plain_http_is_refused(port: int, request_bytes: bytes) -> None:
    with Caller(port) as caller:
        caller.send(request_bytes)
        status, headers, body = caller.answer()
        assert status == 400
        assert json.loads(body)["code"] == "malformed-head"
        assert headers["x-content-type-options"] == "nosniff"
        assert caller.is_closed()


def test_who_goes_on_sending_after_the_answer_is_cut_off(port: int) -> None:
    with Caller(port) as caller:
        caller.send(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n")
        assert caller.answer()[0] == 200
        sent = 0
        with contextlib.suppress(OSError):
            while sent < 200:
                caller.send(b"x" * 100_000)
                sent += 1
                time.sleep(0.005)
        assert sent < 200


def test_pipelined_calls_are_answered_in_order(port: int) -> None:
    with Caller(port) as caller:
        caller.send(b"GET /hang HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert caller.answer()[0] == 200
