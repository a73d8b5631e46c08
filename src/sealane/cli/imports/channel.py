"""The way into a running server for the commands of its owner: a Unix socket that only the owner's processes reach.

Whoever may read the data folder may do with it what they like, so the socket asks for no key: it lies in a folder of
mode 0700 and is named in DIR/server.json. One JSON document a line, one answer for each:

    > {"merchant": "Olist"}                          < {"sent": []}
    > {"items": [{"observed_us": 1475587140000000, "body": "eyJyZWZlcmVuY2Ui...", ...}]}
    < {"sent": [{"status": "taken", "outcome": "approve"}]}
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

import msgspec

from sealane.app import Sealane
from sealane.cli.imports.delivery import FolderSender
from sealane.cli.imports.plan import Item
from sealane.cli.imports.tally import Sent
from sealane.model.errors import DependencyUnavailable, SealaneError

__all__ = ["ChannelSender", "open_channel"]

MAX_MESSAGE_BYTES = 1 << 30
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Ask(msgspec.Struct, frozen=True, omit_defaults=True):
    merchant: str | None = None
    items: tuple[Item, ...] = ()


class _Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    sent: tuple[Sent, ...] = ()
    unavailable: str | None = None


_encode = msgspec.json.Encoder().encode
_read_ask = msgspec.json.Decoder(_Ask).decode
_read_answer = msgspec.json.Decoder(_Answer).decode


@contextmanager
def open_channel(lane: Sealane) -> Iterator[str]:
    """Listen for commands on a thread of its own for the length of a `with` block; yields the path of the socket."""
    with TemporaryDirectory(prefix="sealane-") as folder, _running_loop() as loop:
        path = str(Path(folder) / "commands")
        listening = asyncio.start_unix_server(partial(_welcome, lane), path, limit=MAX_MESSAGE_BYTES)
        server = asyncio.run_coroutine_threadsafe(listening, loop).result()
        yield path
        loop.call_soon_threadsafe(server.close)


@contextmanager
def _running_loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="sealane-commands", daemon=True)
    thread.start()
    try:
        yield loop
    finally:
        asyncio.run_coroutine_threadsafe(_end_tasks(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end_tasks() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _welcome(lane: Sealane, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        # Either side may be stopped here: what was sent is stored, and the command goes on after its last answer.
        with suppress(ConnectionError, asyncio.CancelledError):
            await _attend(lane, reader, writer)
    finally:
        await _hang_up(writer)


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def _attend(lane: Sealane, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sender = None
    while line := await reader.readline():
        ask = _read_ask(line)
        try:
            if ask.merchant is not None:
                sender = FolderSender(lane, await asyncio.to_thread(lane.merchant, ask.merchant))
            sent = await sender.send(ask.items) if sender and ask.items else []
            answer = _Answer(tuple(sent))
        except SealaneError as refusal:
            answer = _Answer(unavailable=refusal.detail)
        writer.write(_encode(answer) + b"\n")
        await writer.drain()


class ChannelSender:
    """Sends the items to the server that holds the folder."""

    def __init__(self, path: str, merchant: str) -> None:
        self._path = path
        self._merchant = merchant
        self._streams: Streams | None = None

    async def send(self, items: Sequence[Item]) -> list[Sent]:
        """Hand the items over in their order and return what became of each.

        Raises:
            DependencyUnavailable: when the server is gone or its store fails; what it answered before is stored.
        """
        if self._streams is None:
            self._streams = await self._connect()
            await _ask(self._streams, _Ask(merchant=self._merchant))
        return list(await _ask(self._streams, _Ask(items=tuple(items))))

    async def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            await _hang_up(self._streams[1])

    async def _connect(self) -> Streams:
        try:
            return await asyncio.open_unix_connection(self._path, limit=MAX_MESSAGE_BYTES)
        except OSError:
            raise _gone() from None


async def _ask(streams: Streams, ask: _Ask) -> tuple[Sent, ...]:
    reader, writer = streams
    try:
        writer.write(_encode(ask) + b"\n")
        await writer.drain()
        line = await reader.readline()
    except ConnectionError:
        raise _gone() from None
    if not line:
        raise _gone()
    answer = _read_answer(line)
    if answer.unavailable is not None:
        raise DependencyUnavailable(answer.unavailable)
    return answer.sent


def _gone() -> DependencyUnavailable:
    return DependencyUnavailable(
        "The server of this folder went away.", remedy="Run the same command again; it goes on where it stopped."
    )
