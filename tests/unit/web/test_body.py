import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealane.model.errors import TooLarge
from sealane.web.body import check_media, read_body, read_lines
from sealane.web.problems import Disconnected, SlowBody, UnsupportedMedia
from sealane.web.replies import JSON, NDJSON

Receive = Callable[[], Any]


def receive(*chunks: bytes, pause: float = 0, gone: bool = False) -> Receive:
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if gone:
        messages.append({"type": "http.disconnect"})
    elif messages:
        messages[-1]["more_body"] = False

    async def next_message() -> Any:
        await asyncio.sleep(pause)
        return messages.pop(0)

    return next_message


def read(*chunks: bytes, limit: int = 10, seconds: float = 5, headers: dict[bytes, bytes] | None = None) -> bytes:
    return asyncio.run(read_body(receive(*chunks), headers or {}, limit=limit, seconds=seconds))


@pytest.mark.parametrize(
    "given", [b"application/json", b"Application/JSON; charset=utf-8", b'application/json;charset="UTF-8"']
)
def test_json_is_taken(given: bytes) -> None:
    check_media({b"content-type": given}, JSON)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {b"content-type": b""},
        {b"content-type": b"text/plain"},
        {b"content-type": b"application/x-www-form-urlencoded"},
        {b"content-type": b"application/json; charset=latin-1"},
        {b"content-type": b"application/json; version=1"},
        {b"content-type": NDJSON},
        {b"content-type": JSON, b"content-encoding": b"gzip"},
        {b"content-type": JSON, b"content-encoding": b"identity"},
    ],
)
def test_anything_else_is_not(headers: dict[bytes, bytes]) -> None:
    with pytest.raises(UnsupportedMedia):
        check_media(headers, JSON)


def test_a_body_is_put_together() -> None:
    assert read(b"01234", b"56", b"", b"789") == b"0123456789"
    assert read(b"") == b""


def test_an_announced_size_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(TooLarge):
        read(headers={b"content-length": b"11"})


@pytest.mark.parametrize("chunks", [(b"x" * 11,), (b"x" * 6, b"x" * 6), (b"x" * 6, b"x" * 6, b"never read")])
def test_a_size_nobody_announced_is_refused_as_it_arrives(chunks: tuple[bytes, ...]) -> None:
    with pytest.raises(TooLarge):
        read(*chunks)


def test_a_slow_body_is_not_waited_for() -> None:
    with pytest.raises(SlowBody):
        asyncio.run(read_body(receive(b"a", b"b", pause=0.2), {}, limit=10, seconds=0.3))


def test_a_caller_that_goes_away_is_noticed() -> None:
    with pytest.raises(Disconnected):
        asyncio.run(read_body(receive(b"a", gone=True), {}, limit=10, seconds=1))
    with pytest.raises(Disconnected):
        collect(receive(b"a\nb", gone=True))


def collect(source: Receive, *, limit: int = 1000, line_limit: int = 10, seconds: float = 1) -> list[bytes]:
    async def gather(lines: AsyncIterator[bytes]) -> list[bytes]:
        return [line async for line in lines]

    return asyncio.run(gather(read_lines(source, limit=limit, line_limit=line_limit, seconds=seconds)))


def test_lines_come_out_whole_and_blank_ones_not_at_all() -> None:
    assert collect(receive(b"a\nb", b"c\r\n\n  \n", b"d")) == [b"a", b"bc\r", b"d"]
    assert collect(receive(b"")) == []


def test_a_line_over_the_limit_is_cut_and_the_next_one_is_whole() -> None:
    assert collect(receive(*[b"x" * 7] * 9, b"x\nnext\n")) == [b"x" * 11, b"next"]


def test_a_body_of_lines_has_a_limit_too() -> None:
    with pytest.raises(TooLarge):
        collect(receive(b"a\n" * 30), limit=50)


def test_silence_between_lines_ends_the_batch() -> None:
    with pytest.raises(SlowBody):
        collect(receive(b"a\n", b"b\n", pause=0.3), seconds=0.1)


@settings(deadline=None)  # an event loop is opened for each example
@given(st.lists(st.dictionaries(st.text(), st.integers())), st.integers(1, 9))
def test_lines_are_the_same_however_the_body_is_cut(documents: list[dict[str, int]], size: int) -> None:
    lines = [json.dumps(document).encode() for document in documents]
    body = b"\n".join(lines)
    chunks = [body[at : at + size] for at in range(0, len(body), size)] or [b""]
    assert collect(receive(*chunks), limit=10**6, line_limit=10**6) == lines
