"""Reading pages of servers that are slow, huge, malformed, or want us elsewhere."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sealane.grading.probes.line import Deadline
from sealane.grading.probes.reading import Reader
from sealane.grading.target import Guard, Target, any_address

OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"


@contextmanager
def answering(*answers: bytes, drips: bool = False) -> Iterator[Target]:
    """Answer each connection with the next of these bytes, the last one again and again."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopped = threading.Event()

        def serve() -> None:
            number = 0
            while not stopped.is_set():
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return
                with sock:
                    try:
                        sock.recv(4096)
                        answer = answers[min(number, len(answers) - 1)]
                        for start in range(0, len(answer), 1 if drips else len(answer) or 1):
                            sock.sendall(answer[start : start + (1 if drips else len(answer))])
                            if drips and stopped.wait(0.05):
                                break
                    except OSError:
                        pass
                number += 1

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield Target("http", "127.0.0.1", listener.getsockname()[1], "/checkout")
        finally:
            stopped.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def reader(seconds: float = 2.0) -> Reader:
    return Reader(Guard(("127.0.0.1",), any_address, allows_any_port=True), Deadline(10), seconds)


def test_a_page_is_read() -> None:
    with answering(OK + b"content-length: 5\r\n\r\nhello") as target:
        response = reader().get(target, 100)
    assert (response.status, response.body, response.fault) == (200, b"hello", "")


def test_packed_pages_are_unpacked_within_the_limit() -> None:
    packed = gzip.compress(b"a" * 1_000_000)
    answer = OK + b"content-encoding: gzip\r\n\r\n" + packed
    with answering(answer) as target:
        assert len(reader().get(target, 1_000_000).body) == 1_000_000
        assert "larger" in reader().get(target, 10_000).fault


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (OK + b"\r\n" + b"x" * 2000, "larger than 1000"),
        (b"garbage that is no HTTP\r\n\r\n", "HTTP"),
        (b"", "HTTP"),
        (OK + b"".join(b"h%d: x\r\n" % n for n in range(200)) + b"\r\n", "HTTP"),
        (OK + b"x: " + b"y" * 100_000 + b"\r\n\r\n", "HTTP"),
        (OK + b"content-length: 500\r\n\r\nshort", "too early"),
        (OK + b"content-encoding: gzip\r\n\r\nnot gzip", "broke"),
        (b"HTTP/1.1 302 Found\r\nlocation: /checkout\r\n\r\n", "too often"),
        (b"HTTP/1.1 302 Found\r\nlocation: javascript:x\r\n\r\n", "no address"),
    ],
)
def test_a_bad_answer_is_a_fault_and_not_an_error(answer: bytes, fault: str) -> None:
    with answering(answer) as target:
        response = reader().get(target, 1000)
    assert fault in response.fault


def test_a_slow_server_is_given_up() -> None:
    with answering(OK + b"\r\n" + b"x" * 1000, drips=True) as target:
        began = time.monotonic()
        response = reader(0.3).get(target, 10_000)
    assert response.fault == "it took too long"
    assert time.monotonic() - began < 5


def test_redirects_are_followed_on_the_host_and_named_off_it() -> None:
    here = b"HTTP/1.1 301 Moved\r\nlocation: /pay\r\n\r\n"
    away = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/latest\r\n\r\n"
    with answering(here, OK + b"content-length: 2\r\n\r\nok") as target:
        response = reader().get(target, 100)
    assert response.body == b"ok"
    assert response.url.endswith("/pay")
    with answering(away) as target:
        assert reader().get(target, 100).left_to == "http://169.254.169.254"


def test_an_unlisted_host_is_not_called() -> None:
    guard = Guard(("shop.example",), any_address)
    response = Reader(guard, Deadline(1), 1).get(Target("http", "127.0.0.1", 80, "/"), 10)
    assert "not listed" in response.fault
