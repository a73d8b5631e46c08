import asyncio
import json
import random
from typing import Any

import pytest

from sealane.model.errors import InvalidInput, TooLarge
from sealane.settings import Settings
from sealane.web.api.batch import PARALLEL, Spool, take_batch
from sealane.web.metrics import Metrics
from sealane.web.problems import UnsupportedMedia
from sealane.web.replies import NDJSON, Reply
from sealane.web.visit import Visit


class Lane:
    """What a batch needs of an installation: its settings."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings(**settings)


class Sender:
    """A caller that sends its chunks, the next one only when `gate` lets it."""

    def __init__(self, *chunks: bytes, gone: bool = False, pause: float = 0) -> None:
        self.chunks = list(chunks)
        self.gone = gone
        self.pause = pause

    async def __call__(self) -> Any:
        await asyncio.sleep(self.pause)
        if not self.chunks:
            return {"type": "http.disconnect"} if self.gone else {"type": "http.request"}
        more = len(self.chunks) > 1 or self.gone
        return {"type": "http.request", "body": self.chunks.pop(0), "more_body": more}


def visit(sender: Sender, *, media: bytes = NDJSON, length: int | None = None, **settings: Any) -> Visit:
    headers = [(b"content-type", media)]
    if length is not None:
        headers.append((b"content-length", str(length).encode()))
    return Visit(Lane(**settings), Metrics(lambda: ()), {"headers": headers}, sender)  # type: ignore[arg-type]


async def take(_visit: Visit, line: bytes) -> Reply:
    number = json.loads(line)["n"]
    await asyncio.sleep(random.random() / 100)
    if number % 5 == 3:
        raise InvalidInput("No threes.")
    if number % 5 == 4:
        raise KeyError("a bug with a secret")
    return Reply(201, b'{"n":%d}' % number)


def run(batch: Visit, taking: Any = take) -> list[dict[str, Any]]:
    sent = bytearray()

    async def emit(chunk: bytes) -> None:
        sent.extend(chunk)

    async def main() -> None:
        reply = take_batch(batch, taking)
        assert reply.stream is not None
        assert reply.media == NDJSON
        await reply.stream(emit)

    asyncio.run(main())
    return [json.loads(line) for line in sent.splitlines()]


def test_results_come_in_the_order_of_the_lines_and_a_broken_line_fails_alone() -> None:
    body = b"".join(b'{"n": %d}\n' % number for number in range(500))
    results = run(visit(Sender(*[body[at : at + 97] for at in range(0, len(body), 97)])))
    assert len(results) == 500
    for number, result in enumerate(results):
        if number % 5 == 3:
            assert (result["status"], result["problem"]["code"]) == (422, "invalid-input")
        elif number % 5 == 4:
            assert (result["status"], result["problem"]["code"]) == (500, "unexpected")
            assert "secret" not in str(result)
        else:
            assert result == {"status": 201, "n": number}


def test_no_more_lines_are_under_way_than_there_are_places() -> None:
    running = most = 0

    async def counting(_visit: Visit, _line: bytes) -> Reply:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.001)
        running -= 1
        return Reply(201, b'{"a":1}')

    assert len(run(visit(Sender(b"{}\n" * 1000)), counting)) == 1000
    assert PARALLEL / 2 < most <= PARALLEL + 2


def test_an_empty_batch_has_no_results() -> None:
    assert run(visit(Sender(b"\n\n"))) == []


def test_a_line_over_the_limit_fails_alone() -> None:
    body = b'{"n": 1}\n{"n": 2, "x": "' + b"x" * 5000 + b'"}\n{"n": 5}'
    results = run(visit(Sender(body), max_body_bytes=1024))
    assert [result["status"] for result in results] == [201, 413, 201]


def test_a_batch_over_the_limit_ends_with_a_problem() -> None:
    results = run(visit(Sender(*[b'{"n": 1}\n' * 20] * 10), max_batch_bytes=1024))
    assert results[-1]["problem"]["code"] == "too-large"
    assert {result["status"] for result in results[:-1]} == {201}


def test_a_batch_that_stalls_ends_with_a_problem() -> None:
    results = run(visit(Sender(b'{"n": 1}\n', b'{"n": 2}\n', pause=0.1), body_timeout_seconds=0.05))
    assert results[-1]["problem"]["code"] == "slow-body"


def test_lines_that_arrived_whole_count_when_the_caller_goes_away() -> None:
    taken = []

    async def noting(_visit: Visit, line: bytes) -> Reply:
        await asyncio.sleep(0.01)
        taken.append(line)
        return Reply(201, b'{"a":1}')

    run(visit(Sender(b"one\ntwo\nthr", gone=True)), noting)
    assert taken == [b"one", b"two"]


def test_results_wait_while_the_caller_does_not_read_and_the_batch_goes_on() -> None:
    released, whole = asyncio.Event(), asyncio.Event()
    finished = []
    sent = []

    async def taking(_visit: Visit, line: bytes) -> Reply:
        finished.append(line)
        if len(finished) == 1000:
            whole.set()
        return Reply(201, b'{"x":"%b"}' % (b"x" * 10_000))

    async def emit(chunk: bytes) -> None:
        await released.wait()
        sent.append(chunk)

    async def main() -> None:
        reply = take_batch(visit(Sender(b"{}\n" * 1000)), taking)
        assert reply.stream is not None
        stream = asyncio.ensure_future(reply.stream(emit))
        await whole.wait()
        released.set()
        await stream

    asyncio.run(main())
    assert b"".join(sent).count(b"\n") == 1000


def test_only_ndjson_of_a_bearable_size_is_taken() -> None:
    with pytest.raises(UnsupportedMedia):
        take_batch(visit(Sender(), media=b"application/json"), take)
    with pytest.raises(TooLarge):
        take_batch(visit(Sender(), length=2000, max_batch_bytes=1024), take)


def test_a_spool_gives_back_what_was_put_down() -> None:
    lines = [b"%d " % number * 500 + b"\n" for number in range(2000)]

    async def main() -> bytes:
        spool = Spool()
        taken = b""
        reading = spool.chunks()
        for number, line in enumerate(lines):
            spool.add(line)
            if number % 300 == 0:
                taken += await anext(reading)
        spool.end()
        async for chunk in reading:
            taken += chunk
        spool.close()
        return taken

    assert asyncio.run(main()) == b"".join(lines)
