"""Hello: raw TLS handshakes up to the server's answer, also for versions and ciphers that OpenSSL itself refuses.

    16 03 01 .. ..  01 .. .. ..  03 03 ...   a ClientHello (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2)

Nothing is agreed on and no key is made: TLS 1.3 is asked with an empty key share, which a server answers by naming the
group it wants (HelloRetryRequest); older versions are read until the server's key exchange.
"""

import os
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from ipaddress import ip_address
from typing import BinaryIO, NamedTuple

from sealane.grading.probes.line import Deadline, Line, connect
from sealane.grading.target import Guard

__all__ = ["GROUPS", "PQ_GROUP", "VERSIONS", "Answer", "Question", "ask", "parse_answer", "write_hello"]

VERSIONS = {"SSLv3": 0x0300, "TLSv1.0": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
PQ_GROUP = 0x11EC
"""X25519MLKEM768: key exchange that a quantum computer does not open later."""
GROUPS = (0x001D, 0x0017, 0x0018, 0x0019)
"""x25519, secp256r1, secp384r1, secp521r1."""
_CURVE_BITS = {0x001D: 256, 0x001E: 448, 0x0017: 256, 0x0018: 384, 0x0019: 521, PQ_GROUP: 256}
_SCHEMES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0807, 0x0203, 0x0201)
_HANDSHAKE, _SERVER_HELLO, _KEY_EXCHANGE, _DONE = 22, 2, 12, 14
_NAMED_CURVE = 3
_FIRST_ECDHE, _LAST_ECDHE = 0xC001, 0xC0AF
_LONGEST_RECORD = 1 << 14
_MOST_BYTES = 1 << 17


class Question(NamedTuple):
    """What is offered: one version, suites in order of wish, groups."""

    version: int
    suites: tuple[int, ...]
    groups: tuple[int, ...] = GROUPS


class Answer(NamedTuple):
    """What the server took; `exchange_bits` is the size of the key exchange, 0 when it has none of its own."""

    version: int
    suite: int
    group: int
    exchange_bits: int


def ask(guard: Guard, host: str, port: int, question: Question, deadline: Deadline) -> Answer | None:
    """Return what the server takes of an offer, None when it takes nothing.

    Raises:
        NotPermitted: when the host may not be looked at.
        Unanswered: when nobody answers at all.
    """
    with closing(connect(guard, host, port, deadline)) as sock:
        line = Line(sock, deadline)
        try:
            line.send(write_hello(host, question))
            return parse_answer(line.makefile("rb"), question)
        except (OSError, ValueError):  # an alert, a closed line, or no TLS at all: the offer was not taken
            return None


def write_hello(host: str, question: Question) -> bytes:
    """Return a ClientHello in its record."""
    is_modern = question.version == VERSIONS["TLSv1.3"]
    extensions = [(10, _list(question.groups)), (11, b"\x01\x00"), (13, _list(_SCHEMES)), (23, b""), (0xFF01, b"\x00")]
    if not _is_address(host):
        name = host.encode("ascii")
        extensions.insert(0, (0, struct.pack("!HBH", len(name) + 3, 0, len(name)) + name))
    if is_modern:
        extensions += [(43, struct.pack("!BH", 2, question.version)), (51, b"\x00\x00")]
    body = b"".join(
        (
            struct.pack("!H", min(question.version, VERSIONS["TLSv1.2"])),
            os.urandom(32),
            b"\x20" + os.urandom(32) if is_modern else b"\x00",
            _list(question.suites),
            b"\x01\x00",
            _sized(b"".join(struct.pack("!H", kind) + _sized(content) for kind, content in extensions)),
        )
    )
    message = b"\x01" + len(body).to_bytes(3) + body
    return struct.pack("!BHH", _HANDSHAKE, min(question.version, 0x0301), len(message)) + message


def parse_answer(stream: BinaryIO, question: Question) -> Answer | None:
    """Return what a server's first messages say, None when it wants another version or suite than it was offered.

    Raises:
        ValueError: when it is no handshake, or an alert.
        OSError: when the connection breaks.
    """
    hello: tuple[int, int, int] | None = None
    for kind, body in _messages(stream):
        if kind == _SERVER_HELLO:
            hello = _read_hello(body)
            version, suite, group = hello
            if version != question.version or suite not in question.suites:
                return None
            if version == VERSIONS["TLSv1.3"]:
                return Answer(version, suite, group, _CURVE_BITS.get(group, 256))
        elif hello is not None and kind == _KEY_EXCHANGE:
            group, bits = _read_exchange(body, hello[1])
            return Answer(hello[0], hello[1], group, bits)
        elif hello is not None and kind == _DONE:
            return Answer(hello[0], hello[1], 0, 0)
    return None


def _messages(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    waiting, total = b"", 0
    while total < _MOST_BYTES:
        while len(waiting) >= 4 and len(waiting) >= 4 + (length := int.from_bytes(waiting[1:4])):  # noqa: PLR2004 - the head of a message
            yield waiting[0], waiting[4 : 4 + length]
            waiting = waiting[4 + length :]
        kind, _, size = struct.unpack("!BHH", _exactly(stream, 5))
        if kind != _HANDSHAKE or size > _LONGEST_RECORD:
            raise ValueError("no handshake record")
        waiting += _exactly(stream, size)
        total += size


def _read_hello(body: bytes) -> tuple[int, int, int]:
    """Return version, suite and group of a ServerHello; the group is 0 unless an extension names it."""
    if len(body) < 38:  # noqa: PLR2004 - version, random, the length of the session id, suite and compression
        raise ValueError("a ServerHello is longer")
    version, session = int.from_bytes(body[:2]), body[34]
    suite = int.from_bytes(body[35 + session : 37 + session])
    group, rest = 0, body[40 + session :]
    while len(rest) >= 4:  # noqa: PLR2004 - kind and length
        kind, length = struct.unpack("!HH", rest[:4])
        content, rest = rest[4 : 4 + length], rest[4 + length :]
        if kind == 43:  # noqa: PLR2004 - supported_versions
            version = int.from_bytes(content)
        elif kind == 51:  # noqa: PLR2004 - key_share
            group = int.from_bytes(content[:2])
    return version, suite, group


def _read_exchange(body: bytes, suite: int) -> tuple[int, int]:
    """Return group and bits of a ServerKeyExchange: a named curve, or the length of a Diffie-Hellman prime."""
    is_curve = _FIRST_ECDHE <= suite <= _LAST_ECDHE or suite in {0xCCA8, 0xCCA9}
    if is_curve:
        group = int.from_bytes(body[1:3]) if body[:1] == bytes([_NAMED_CURVE]) else 0
        return group, _CURVE_BITS.get(group, 0)
    prime = body[2 : 2 + int.from_bytes(body[:2])]
    return 0, int.from_bytes(prime).bit_length()


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) != size:
        raise ValueError("the connection ended")
    return content


def _list(values: Iterable[int]) -> bytes:
    return _sized(b"".join(struct.pack("!H", value) for value in values))


def _sized(content: bytes) -> bytes:
    return struct.pack("!H", len(content)) + content


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
