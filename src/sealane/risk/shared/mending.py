"""The mender: connects to the shards, brings back what one lost, and sends what was left unsent.

A shard holds everything as long as its mark names the run of the server that answers: one that was restarted, restored
or replaced by its replica has another run, so all facts are added to it again, by whichever server claims the mark.
Adding twice changes nothing, so nobody has to know what exactly was lost.
"""

import threading
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Protocol

import msgspec

from sealane.model.errors import DependencyUnavailable
from sealane.risk import facts, store
from sealane.risk.shared.cells import SharedCells
from sealane.risk.shared.cluster import TIMEOUT_SECONDS
from sealane.risk.shared.library import CARRIERS, KNOWN, Library
from sealane.risk.shared.members import Entity, Members
from sealane.risk.shared.reading import HEAD, Question
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.windows.layout import By, Shape, Slot
from sealane.risk.windows.state import BESIDES, shapes_of
from sealane.storage.database import Database, Transaction

__all__ = ["Mender", "Plan"]

PAGE = 100
"""Facts that are added at once: few enough that a shard, which does one thing at a time, keeps nobody waiting."""

PATIENCE_SECONDS = 10.0
"""How long an addition may take on a busy shard; giving up sooner would begin with the first fact again."""

PAUSE_SECONDS = 0.5
STALE_US = 5_000_000
"""Age at which a fact of another server counts as forgotten, and is sent in its place."""


class Plan(msgspec.Struct, frozen=True):
    """What the declarations come to on the shards."""

    shapes: Mapping[By, Shape]
    library: Library

    @classmethod
    def of(cls, catalogue: Catalogue) -> "Plan":
        """Return the plan of a catalogue."""
        shapes = shapes_of(catalogue)
        known: list[Slot] = [slot for slot in shapes["order_id",].slots if slot.field == "event_id"]
        carriers = BESIDES["consignment",]
        besides = {KNOWN: (("order_id",), known), CARRIERS: (("consignment",), list(carriers))}
        return cls(shapes, Library.of(catalogue, shapes, besides))


class Patient(Protocol):
    """The memory that is mended."""

    fault: str | None

    def lose(self, error: DependencyUnavailable) -> None:
        """Go on without history."""

    def join(self, cells: SharedCells, tx: Transaction) -> None:
        """Go on with cells that hold everything but what is pending."""


class Mender:
    """A thread that looks after the shards, with connections of its own."""

    def __init__(self, patient: Patient, database: Database, plan: Plan, urls: Sequence[str], owner: str) -> None:
        self._patient = patient
        self._database = database
        self._plan = plan
        self._urls = urls
        self._owner = owner
        self._namespace = database.run(store.namespace)
        self._members = Members(plan.shapes)
        self._cells: SharedCells | None = None
        self._wake = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(target=self._live, name="sealane-signals", daemon=True)

    def start(self) -> None:
        """Mend once before anybody asks, and look after the shards from then on."""
        self._round()
        self._thread.start()

    def wake(self) -> None:
        """Mend at once."""
        self._wake.set()

    def close(self) -> None:
        """Stop looking after the shards."""
        self._is_closing = True
        self._wake.set()
        self._thread.join()
        if self._cells is not None:
            self._cells.close()

    def _live(self) -> None:
        while not self._is_closing:
            self._wake.wait(PAUSE_SECONDS)
            self._wake.clear()
            if not self._is_closing:
                self._round()

    def _round(self) -> None:
        """Look whether all is well, or try to make it so; what fails now is tried again in the next round."""
        try:
            if self._patient.fault is not None:
                self._mend()
            elif self._cells is None or not self._cells.is_whole():
                self._patient.lose(DependencyUnavailable("A shard of the signals has lost what it held."))
            else:
                self._send_pending(self._cells, before_us=self._database.run(lambda tx: tx.now_us) - STALE_US)
        except DependencyUnavailable as error:
            if self._patient.fault is None:
                self._patient.lose(error)

    def _mend(self) -> None:
        if self._cells is not None:
            self._cells.close()
        self._cells = cells = self._connect(PATIENCE_SECONDS)
        if not self._is_current(cells):
            cells.unmark()
        claims = cells.claim(self._owner)
        missing = frozenset(number for number, claim in claims.items() if claim == "mine")
        if missing:
            self._rebuild(cells, missing)
        if "busy" in claims.values():
            return
        self._send_pending(cells)
        fresh = self._connect(TIMEOUT_SECONDS)
        if not fresh.is_whole():
            fresh.close()
            return
        self._database.run(partial(self._patient.join, fresh))

    def _connect(self, timeout_seconds: float) -> SharedCells:
        return SharedCells.connect(self._urls, self._plan.library, self._namespace, timeout_seconds=timeout_seconds)

    def _is_current(self, cells: SharedCells) -> bool:
        """Tell whether the newest fact has arrived or is noted: it is neither after a time without these shards."""
        with self._database.reader() as conn:
            seq, _ = store.last_fact(conn)
            newest = store.fact_page(conn, seq - 1, 1)
            noted = store.is_pending(conn, seq)
        if noted or not newest:
            return True
        order_id = facts.decode(newest[0][1]).order_id
        ((head, *_),) = cells.ask([(Question(("order_id", order_id), HEAD), 0, ())])
        return bool(head >= seq)

    def _rebuild(self, cells: SharedCells, shards: frozenset[int]) -> None:
        """Add all stored facts to shards that lost theirs."""
        done = 0
        while True:
            with self._database.reader() as conn:
                page = store.fact_page(conn, done, PAGE)
            if not page or self._is_closing:
                break
            cells.add(self._additions(page), shards)
            cells.claim(self._owner)
            done = page[-1][0]
        if not self._is_closing:
            cells.finish(shards)

    def _send_pending(self, cells: SharedCells, before_us: int | None = None) -> None:
        """Add the facts that are noted as pending, or those of them that are stale, and take note of it."""
        while True:
            with self._database.reader() as conn:
                page = store.pending_page(conn, before_us, PAGE)
            if not page:
                return
            cells.add(self._additions(page))
            self._database.run(partial(store.drop_pending, seqs=[seq for seq, _ in page]))

    def _additions(self, page: Iterable[tuple[int, bytes]]) -> dict[Entity, list[bytes]]:
        merged: dict[Entity, list[bytes]] = {}
        for seq, body in page:
            for entity, members in self._members.of(seq, facts.decode(body)).items():
                merged.setdefault(entity, []).extend(members)
        return merged
