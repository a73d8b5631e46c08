"""The streamer: a thread that sends the outbox to a topic, where one is set, and notes how far it came.

What was sent is noted after the brokers have it, so a crash repeats notices and never skips one.
"""

import threading
from functools import partial

import msgspec

from sealane.flows.rooms import Rooms
from sealane.interchange.stream import Sink, Streamed
from sealane.model.clock import from_micros
from sealane.model.errors import DependencyUnavailable
from sealane.storage import outbox
from sealane.storage.database import Transaction

__all__ = ["Streamer"]

LOOK_SECONDS = 0.25
PAUSE_SECONDS = 5.0
AT_ONCE = 500


class Streamer:
    """Streams notices in the background; without a sink it does nothing."""

    def __init__(self, rooms: Rooms, sink: Sink | None) -> None:
        self._rooms = rooms
        self._sink = sink
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealane-streamer", daemon=True)

    def start(self) -> None:
        """Begin, where the last process ended."""
        if self._sink is not None:
            self._thread.start()

    def close(self) -> None:
        """Stop; what was not sent is sent by the next start."""
        self._stopped.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = LOOK_SECONDS
        while not self._stopped.wait(pause):
            try:
                pause = LOOK_SECONDS
                while self._rooms.lead.is_held and not self._stopped.is_set() and self._send_next():
                    pass
            except DependencyUnavailable:  # brokers or database are away: the notices wait in the outbox
                pause = PAUSE_SECONDS

    def _send_next(self) -> bool:
        """Send the next notices; tells whether there were any."""
        if self._sink is None:
            return False
        with self._rooms.database.reader() as conn:
            notices = outbox.page(conn, outbox.streamed(conn, self._sink.topic), AT_ONCE)
        if not notices:
            return False
        self._sink.send([_streamed(notice) for notice in notices])
        self._rooms.database.run(partial(_note, topic=self._sink.topic, number=notices[-1].number))
        return True


def _streamed(notice: outbox.Notice) -> Streamed:
    at = from_micros(notice.created_us)
    return Streamed(notice.number, notice.kind, notice.order_id, at, msgspec.Raw(notice.body))


def _note(tx: Transaction, topic: str, number: int) -> None:
    outbox.note_streamed(tx, topic, number)
