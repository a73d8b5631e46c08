"""Raw handshakes: what is sent is a ClientHello, and what comes back is read, whatever it is."""

import io
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.grading.probes.hello import PQ_GROUP, VERSIONS, Answer, Question, parse_answer, write_hello

MODERN = Question(VERSIONS["TLSv1.3"], (0x1301, 0x1302))
OLD = Question(VERSIONS["TLSv1.0"], (0x0005, 0xC013, 0x0039))


def record(*messages: tuple[int, bytes]) -> bytes:
    body = b"".join(bytes([kind]) + len(content).to_bytes(3) + content for kind, content in messages)
    return struct.pack("!BHH", 22, 0x0301, len(body)) + body


def hello(version: int, suite: int, extensions: bytes = b"") -> tuple[int, bytes]:
    tail = struct.pack("!H", len(extensions)) + extensions if extensions else b""
    return 2, struct.pack("!H", version) + bytes(32) + b"\x00" + struct.pack("!HB", suite, 0) + tail


def test_a_hello_names_the_host_the_version_and_the_suites() -> None:
    sent = write_hello("shop.example", MODERN)
    assert sent[0] == 22
    assert int.from_bytes(sent[3:5]) == len(sent) - 5
    assert b"shop.example" in sent
    assert b"\x13\x01\x13\x02" in sent
    assert b"\x00\x2b\x00\x03\x02\x03\x04" in sent
    assert b"127.0.0.1" not in write_hello("127.0.0.1", OLD)
    assert write_hello("a.example", OLD)[9:11] == b"\x03\x01"


def test_a_retry_request_names_the_group() -> None:
    extensions = struct.pack("!HHHHHH", 43, 2, 0x0304, 51, 2, PQ_GROUP)
    answer = parse_answer(io.BytesIO(record(hello(0x0303, 0x1302, extensions))), MODERN)
    assert answer == Answer(0x0304, 0x1302, PQ_GROUP, 256)


def test_old_versions_are_read_until_the_key_exchange() -> None:
    exchange = (12, b"\x03\x00\x17" + b"\x00" * 60)
    answer = parse_answer(io.BytesIO(record(hello(0x0301, 0xC013), (11, b"x" * 9), exchange)), OLD)
    assert answer == Answer(0x0301, 0xC013, 0x0017, 256)
    prime = (12, struct.pack("!H", 128) + b"\xff" * 128)
    answer = parse_answer(io.BytesIO(record(hello(0x0301, 0x0039)) + record(prime)), OLD)
    assert answer == Answer(0x0301, 0x0039, 0, 1024)
    answer = parse_answer(io.BytesIO(record(hello(0x0301, 0x0005), (14, b""))), OLD)
    assert answer == Answer(0x0301, 0x0005, 0, 0)


def test_another_version_or_suite_than_offered_is_no_answer() -> None:
    assert parse_answer(io.BytesIO(record(hello(0x0303, 0x0005))), OLD) is None
    assert parse_answer(io.BytesIO(record(hello(0x0301, 0x0004))), OLD) is None


@pytest.mark.parametrize(
    "raw", [b"", b"\x15\x03\x01\x00\x02\x02\x28", b"HTTP/1.1 400 Bad Request\r\n", b"\x16\x03\x01\xff\xff"]
)
def test_an_alert_or_noise_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_answer(io.BytesIO(raw), MODERN)


@given(st.binary(max_size=300), st.booleans())
def test_any_bytes_are_an_answer_or_refused(raw: bytes, framed: bool) -> None:
    stream = io.BytesIO(struct.pack("!BHH", 22, 0x0303, len(raw)) + raw if framed else raw)
    try:
        answer = parse_answer(stream, OLD)
    except ValueError:
        return
    assert answer is None or answer.suite in OLD.suites
