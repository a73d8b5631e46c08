"""Watching: payment pages looked at again when they are due, compared with last time, and alerted on every change."""

from contextlib import suppress
from threading import Event, Thread
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from sealane.flows.rooms import Rooms
from sealane.flows.trust.grading import publish_grade, request_of
from sealane.flows.trust.merchantfacts import collect_own
from sealane.grading import Change, Scan, Watch, compare
from sealane.model.clock import Clock
from sealane.model.errors import DependencyUnavailable, SealaneError
from sealane.model.party import Party
from sealane.storage import outbox, parties
from sealane.storage.database import Transaction

__all__ = ["Watcher", "watch_once"]

PATIENCE_SECONDS = 15.0
"""How long the watcher sleeps before it asks again what is due."""
_SECOND_US = 1_000_000
_RETRY_US = 900 * _SECOND_US
_encode = msgspec.json.Encoder(order="deterministic").encode


class Watcher:
    """A thread that looks at what is due; whoever starts to watch a page wakes it."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms = rooms
        self._clock = clock
        self._woken = Event()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="sealane-watcher", daemon=True)

    def start(self) -> None:
        """Begin; what was due while nobody was running is looked at first."""
        self._thread.start()

    def wake(self) -> None:
        """Say that something new is to be watched."""
        self._woken.set()

    def close(self) -> None:
        """Stop after the page that is being looked at."""
        self._stopped.set()
        self._woken.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopped.is_set():
            # The database may be full or gone: what is due then is due again later.
            with suppress(DependencyUnavailable):
                with self._rooms.database.reader() as conn:
                    due = self._rooms.grading.due(conn, self._clock())
                for watched in due if self._rooms.lead.is_held else ():
                    if self._stopped.is_set():
                        return
                    watch_once(self._rooms, watched, self._clock)
            self._woken.wait(PATIENCE_SECONDS)
            self._woken.clear()


def watch_once(rooms: Rooms, watched: Watch, clock: Clock) -> tuple[Change, ...]:
    """Look at one watched page now; alert on what changed, grade anew, and return the changes.

    Raises:
        DependencyUnavailable: when the database fails.
    """
    with rooms.database.reader() as conn:
        party, before = parties.by_id(conn, watched.party_id), rooms.grading.baseline(conn, watched.party_id)
    try:
        with rooms.database.reader() as conn:
            request = request_of(rooms, conn, party, watched.terms.scan)
        scan = rooms.grading.look(request)
    except SealaneError as refusal:
        later = replace(watched, next_us=clock() + _RETRY_US, fault=refusal.detail)
        rooms.database.run(lambda tx: _miss(rooms, later, tx))
        return ()
    changes = () if before is None else compare(before, scan)
    rooms.database.run(lambda tx: _note(rooms, _Look(party, watched, scan, changes), tx))
    return changes


class _Look(NamedTuple):
    """What one look found."""

    party: Party
    watched: Watch
    scan: Scan
    changes: tuple[Change, ...]


def _miss(rooms: Rooms, watched: Watch, tx: Transaction) -> None:
    """Store that a page could not be looked at, which is itself on the log."""
    rooms.grading.looked(tx, watched, None)
    content = _encode({"party": watched.party_id, "fault": watched.fault})
    entry_id = rooms.log.append(tx, "page.unread", order_id=None, content=content)
    told = _encode({"party_id": watched.party_id, "fault": watched.fault, "log_entry": entry_id})
    outbox.add(tx, "page.unread", "", told)


def _note(rooms: Rooms, look: _Look, tx: Transaction) -> None:
    """Store the look and its changes, each with its alert on the log and in the outbox, and publish a new grade."""
    party_id, scan = look.party.party_id, look.scan
    for change in look.changes:
        body = _encode({"party": party_id, "change": change})
        entry_id = rooms.log.append(tx, "page.changed", order_id=None, content=body)
        rooms.grading.alert(tx, party_id, change, entry_id)
        told = _encode({"party_id": party_id, "change": change, "log_entry": entry_id})
        outbox.add(tx, "page.changed", "", told)
    seen = {script.name for page in scan.pages for script in page.scripts}
    with rooms.database.reader() as conn:
        allowed = {one.name for one in rooms.grading.scripts(conn, party_id)}
        own = collect_own(rooms, conn, look.party, tx.now_us)
    since_us = (look.watched.unauthorised_us or tx.now_us) if seen - allowed else None
    every_us = look.watched.terms.every_seconds * _SECOND_US
    looked = replace(
        look.watched, looked_us=tx.now_us, next_us=tx.now_us + every_us, unauthorised_us=since_us, fault=""
    )
    rooms.grading.looked(tx, looked, scan)
    own = replace(own, last_watched_us=tx.now_us, unauthorised_since_us=since_us)
    publish_grade(rooms, look.party, scan, own, tx)
