"""Batches: many orders or events as NDJSON, one result a line, in order.

    {"status":201,"order_id":"ord_...","decision":{...}}
    {"status":422,"problem":{"code":"invalid-input",...}}

Lines are taken as they arrive and decided together by the group commit. Results go out as they come; while the caller
does not read them yet, because it is still sending, they wait in a file, so memory stays bounded and nobody blocks.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from tempfile import SpooledTemporaryFile

from sealane.model.errors import SealaneError, TooLarge
from sealane.web.body import check_media, read_lines
from sealane.web.problems import Disconnected, refuse, settle
from sealane.web.replies import NDJSON, Emit, Reply
from sealane.web.visit import Visit

__all__ = ["PLACES", "Spool", "Take", "take_batch"]

PARALLEL = 128
"""Lines of one batch on their way at the same time."""

PLACES = 128
"""Parallel places of its party that a running batch takes, so that a party runs few at once."""

IN_MEMORY = 1 << 20
CHUNK = 1 << 16

Take = Callable[[Visit, bytes], Awaitable[Reply]]
"""Takes one line and replies as the route for one order or event does."""


def take_batch(visit: Visit, take: Take) -> Reply:
    """Return the results of `take` for every line of the body, as a stream.

    Raises:
        UnsupportedMedia: when the body is not announced as NDJSON.
        TooLarge: when its announced size is over the limit.
    """
    check_media(visit.headers, NDJSON)
    limit = visit.lane.settings.max_batch_bytes
    if int(visit.headers.get(b"content-length", b"0")) > limit:
        raise TooLarge(f"The batch is over the limit of {limit} bytes.")

    async def stream(emit: Emit) -> None:
        batch = _Batch(visit, take)
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(batch.read(group))
                group.create_task(batch.collect())
                async for chunk in batch.results.chunks():
                    await emit(chunk)
        finally:
            batch.results.close()

    return Reply(200, media=NDJSON, stream=stream)


class _Batch:
    """One batch on its way: lines in, tasks under way in their order, results out."""

    def __init__(self, visit: Visit, take: Take) -> None:
        self.results = Spool()
        self._visit = visit
        self._take = take
        self._under_way: asyncio.Queue[Awaitable[Reply] | None] = asyncio.Queue(PARALLEL)

    async def read(self, group: asyncio.TaskGroup) -> None:
        """Start every line as it arrives; a body that breaks off ends the batch with one last problem."""
        settings = self._visit.lane.settings
        lines = read_lines(
            self._visit.receive,
            limit=settings.max_batch_bytes,
            line_limit=settings.max_body_bytes,
            seconds=settings.body_timeout_seconds,
        )
        with suppress(Disconnected):  # the lines that arrived whole count, though nobody reads their results
            try:
                async for line in lines:
                    work = self._take_line(line, settings.max_body_bytes)
                    await self._under_way.put(group.create_task(settle(work, self._visit.request_id)))
            except SealaneError as refusal:
                await self._under_way.put(group.create_task(self._refuse(refusal)))
        await self._under_way.put(None)

    async def collect(self) -> None:
        """Put the results down in the order of their lines."""
        while (task := await self._under_way.get()) is not None:
            reply = await task
            if reply.code:
                self._visit.metrics.refused(reply.code)
                self.results.add(b'{"status":%d,"problem":%b}\n' % (reply.status, reply.body))
            else:
                self.results.add(b'{"status":%d,%b\n' % (reply.status, reply.body[1:]))
        self.results.end()

    async def _take_line(self, line: bytes, limit: int) -> Reply:
        if len(line) > limit:
            raise TooLarge(f"The line is over the limit of {limit} bytes.")
        return await self._take(self._visit, line)

    async def _refuse(self, refusal: SealaneError) -> Reply:
        return refuse(refusal, self._visit.request_id)


class Spool:
    """Results on their way out: up to 1 MiB in memory, beyond that in a nameless file."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - `close` is called by whoever made the spool
        self._written = 0
        self._read = 0
        self._ended = False
        self._changed = asyncio.Event()

    def add(self, line: bytes) -> None:
        """Put one line down."""
        self._file.seek(self._written)
        self._file.write(line)
        self._written += len(line)
        self._changed.set()

    def end(self) -> None:
        """Say that no more lines come."""
        self._ended = True
        self._changed.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what was put down, in chunks of up to 64 KiB, until the end."""
        while True:
            if self._read < self._written:
                self._file.seek(self._read)
                chunk = self._file.read(CHUNK)
                self._read += len(chunk)
                if self._read == self._written:
                    self._rewind()
                yield chunk
            elif self._ended:
                return
            else:
                self._changed.clear()
                await self._changed.wait()

    def close(self) -> None:
        """Drop everything."""
        self._file.close()

    def _rewind(self) -> None:
        """Begin again at the front once all is read, so that a reader that keeps up needs no file."""
        self._file.seek(0)
        self._file.truncate()
        self._read = self._written = 0
