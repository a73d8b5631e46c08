"""The confirmer: a thread that asks the APIs of weak sources whether what they claimed is so."""

from threading import Event, Thread

from sealane.flows.exchange.inbox import confirm_message, refute_message
from sealane.flows.rooms import Rooms
from sealane.interchange import MessageRow
from sealane.model.clock import Clock
from sealane.model.errors import Conflict, DependencyUnavailable, EnvelopeInvalid, NotFound, NotPermitted

__all__ = ["Confirmer", "confirm_now"]

LOOK_SECONDS = 30.0
SHARED_LOOK_SECONDS = 1.0
"""Of several servers only the leading one asks, and another may have stored the claim."""

AT_ONCE = 50


class Confirmer:
    """Asks for each waiting claim, again after growing pauses; whoever stores a claim wakes it."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms = rooms
        self._clock = clock
        self._woken = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sealane-confirmer", daemon=True)

    def start(self) -> None:
        """Begin; claims that waited while nobody was running are asked for first."""
        self._rooms.interchange.wake = self._woken.set
        self._woken.set()
        self._thread.start()

    def close(self) -> None:
        """Stop; what waits is asked for by the next start."""
        self._stopped.set()
        self._woken.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._woken.wait(LOOK_SECONDS if self._rooms.lead.servers == 1 else SHARED_LOOK_SECONDS)
            self._woken.clear()
            if not self._rooms.lead.is_held:
                continue
            try:
                self._ask_all()
            except DependencyUnavailable:  # the database is full or gone: the next look tries again
                continue

    def _ask_all(self) -> None:
        interchange = self._rooms.interchange
        with self._rooms.database.reader() as conn:
            waiting = interchange.box.due(conn, self._clock(), AT_ONCE, interchange.puller.resting())
        for row in waiting:
            if self._stopped.is_set():
                return
            if row.source not in interchange.puller.resting():
                confirm_now(self._rooms, row)


def confirm_now(rooms: Rooms, row: MessageRow) -> MessageRow | None:
    """Ask the source's API about one claim and record what it says; None when the claim was settled meanwhile.

    Raises:
        DependencyUnavailable: when the database fails.
    """
    try:
        is_so: bool | None = rooms.interchange.asks(row)
    except (DependencyUnavailable, NotPermitted, NotFound, EnvelopeInvalid):
        is_so = None
    try:
        if is_so:
            return rooms.database.run(lambda tx: confirm_message(rooms, row.message_id, tx))
        return rooms.database.run(lambda tx: refute_message(rooms, row.message_id, is_denied=is_so is False, tx=tx))
    except (Conflict, NotFound):
        return None
