import socket
import ssl
import threading
import time

import pytest

from sealane.grading.probes.line import Deadline, Line, Unanswered, connect, reason_of, wrap
from sealane.grading.target import Guard, any_address
from sealane.model.errors import NotPermitted


def test_a_deadline_ends_for_all_that_share_it() -> None:
    deadline = Deadline(0.05)
    assert 0 < deadline.within(10).left() <= 0.05
    time.sleep(0.06)
    with pytest.raises(TimeoutError):
        deadline.left()
    with pytest.raises(TimeoutError):
        deadline.within(10).left()


def test_a_line_gives_up_on_who_drips_bytes() -> None:
    ours, theirs = socket.socketpair()
    stop = threading.Event()

    def drip() -> None:
        while not stop.wait(0.02):
            theirs.sendall(b"x")

    thread = threading.Thread(target=drip)
    thread.start()
    began = time.monotonic()
    try:
        with Line(ours, Deadline(0.2)) as line, pytest.raises(TimeoutError):
            line.makefile("rb").read(10_000)
    finally:
        stop.set()
        thread.join()
        theirs.close()
    assert time.monotonic() - began < 5


def test_nobody_and_the_unlisted_are_told_apart() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    guard = Guard(("127.0.0.1",), any_address, allows_any_port=True)
    with pytest.raises(Unanswered, match="does not answer"):
        connect(guard, "127.0.0.1", port, Deadline(2))
    with pytest.raises(NotPermitted):
        connect(guard, "10.0.0.1", port, Deadline(2))


def test_who_speaks_no_tls_is_unanswered() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        with pytest.raises(Unanswered, match="TLS handshake"):
            wrap(ours, ssl.create_default_context(), "localhost", Deadline(2))


def test_a_fault_is_told_in_few_words() -> None:
    assert reason_of(TimeoutError()) == "it took too long"
    assert reason_of(ConnectionResetError(104, "Connection reset by peer")) == "connection reset by peer"
    assert reason_of(ValueError()) == "the connection broke"
