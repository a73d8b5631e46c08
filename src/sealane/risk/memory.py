"""The memory: the state of all windows, brought back after a restart and after a lost batch.

Facts are the truth; what is in memory derives from them. Segments only shorten the way back: a restart takes the cells
of the last complete round and replays the facts after its beginning.
"""

import sqlite3
from functools import partial

import msgspec

from sealane.model.errors import Conflict
from sealane.model.sealed import Link
from sealane.risk import facts, store
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.windows.layout import Heads
from sealane.risk.windows.reading import Readings
from sealane.risk.windows.segments import Round, Slice, load
from sealane.risk.windows.state import State
from sealane.storage.database import Database, Transaction

__all__ = ["Memory"]

ROUND = 10_000
"""Facts between two rounds: what a restart has to replay at most, and what a lost batch costs."""

LONG_REPLAY = 50_000
WASTE = 2
"""A full round replaces all segments once they hold this many times the cells there are."""

SWEEP = 32
"""One fact in so many also drops a few replaced segments."""


class Memory:
    """The state and its way to disk and back; `fault` says why it cannot be used, None when it can."""

    def __init__(self, catalogue: Catalogue, database: Database) -> None:
        self.state = State(catalogue)
        self.fault: str | None = None
        self._database = database
        self._seq = self._newest_us = 0
        self._known = self._base = 0
        self._since = 0
        self._segment = self._first = 0
        self._kept = 0
        self._stale_before = 0
        self._is_partial = False
        self._carrier: Transaction | None = None
        self._is_writing = True
        self._round: Round | None = None
        with database.reader() as conn:
            self._load(conn)
        self.restore()

    def restore(self) -> None:
        """Bring the state to what the stored facts say; a failure leaves a fault instead of a wrong state."""
        self.state.forget()
        self._round = self._carrier = None
        try:
            with self._database.reader() as conn:
                self._replay(conn)
        except (msgspec.DecodeError, KeyError, Conflict) as error:
            self.fault = f"a stored fact is unreadable ({type(error).__name__})"
        self.state.newest_us = max(self.state.newest_us, self._newest_us)

    def follow_only(self) -> None:
        """Write no segments until this server leads."""
        self._is_writing = False

    def follow(self, tx: Transaction, *, is_writing: bool) -> None:
        """Take in the facts that other servers observed; only the one that leads goes on writing segments."""
        if self.fault is None and self.state.applied - self._base >= ROUND and not self._is_writing:
            self.state.cool()  # a server that writes no segments would else keep all of history in lists
            self._base = self.state.applied
        for seq, body in store.facts_since(tx, self._known):
            fact = facts.decode(body)
            # A flow that failed here may have moved the clock beyond that of the server that came after it.
            self.state.newest_us = min(self.state.newest_us, fact.observed_us - 1)
            self.register(seq, fact)
        self._seq = max(self._known, store.newest_seq(tx))
        self._segment = store.newest_segment(tx) if is_writing else 0
        if is_writing != self._is_writing:
            # Whoever begins to write segments replaces them all by a full round of its own.
            self._is_writing = is_writing
            self._is_partial = True
            self._round = self._carrier = None

    def observe(self, fact: Fact) -> tuple[Readings, tuple[Heads, ...]]:
        """Return the fact's signal values at its stage, if it has one, and the last facts on its keys."""
        if self.fault is None:
            return self.state.observe(fact)
        self.state.newest_us = max(self.state.newest_us, fact.observed_us)
        stage = STAGE_OF.get(fact.kind)
        return (() if stage is None else self.state.read_blind(stage, fact)), ()

    @property
    def newest_us(self) -> int:
        """When the newest known fact was observed."""
        return self.state.newest_us

    def carriers(self, consignment_id: str | None, now_us: int) -> tuple[Link | None, Link | None]:
        """Return the courier and the depot that had the consignment last, as far as scans tell."""
        return self.state.carriers(consignment_id, now_us)

    def knows(self, fact: Fact) -> bool:
        """Tell whether this event already counts."""
        return self.fault is None and self.state.knows(fact.order_id, fact.event_id, fact.observed_us)

    def number(self) -> int:
        """Return the next fact's sequence number; a failing flow leaves a gap."""
        self._seq += 1
        return self._seq

    def register(self, seq: int, fact: Fact) -> None:
        """Let a fact count, its flow having succeeded."""
        self._known = seq
        if self.fault is None:
            self.state.register(seq, fact)
            self._since += 1

    def checkpoint(self, tx: Transaction) -> None:
        """Write a slice of cells beside the flow when a round is due or under way."""
        if not self._is_writing:
            return
        if self._stale_before and self._seq % SWEEP == 0 and not store.drop_segments(tx, self._stale_before):
            self._stale_before = 0
        if self.fault is None and (self._round is not None or self._since >= ROUND):
            self._write(tx, self._due(tx))

    def close(self) -> None:
        """Write every hot cell, so that the next start replays nothing."""
        is_sound = self._is_writing and self.fault is None and self.state.newest_us
        if is_sound and (self._since or self._is_partial or self._round):
            self._round = self._carrier = None
            self._database.run(self._finish)

    def _finish(self, tx: Transaction) -> None:
        """Write one whole round; a full one takes the place of all older segments at once."""
        due = self._due(tx)
        while self._round is not None:
            self._write(tx, due)
        while due.is_full and store.drop_segments(tx, self._first):
            pass

    def _due(self, tx: Transaction) -> Round:
        """Return the round under way, or begin one; a round whose last slice was lost with its flow begins again."""
        is_lost = self._carrier is not None and self._carrier is not tx
        if self._round is None or is_lost:
            is_full = self._is_partial or self._kept > WASTE * self._live() + ROUND
            self._round = Round(self.state.cells, self.state.applied, is_full=is_full)
            self._first = self._segment + 1
        return self._round

    def _live(self) -> int:
        """Return how many cells the segments must hold."""
        return sum(len(cells.cold) for cells in self.state.cells.values())

    def _write(self, tx: Transaction, due: Round) -> None:
        """Write the round's next slice, or its mark when there is none left."""
        piece = due.slice()
        self._carrier = tx
        tx.on_success(partial(self._wrote, piece))
        if piece is None:
            store.add_mark(tx, self.state.layout, self._segment, due.applied)
            tx.after_commit(partial(self._marked, due, self._first))
            self._round = None
        else:
            self._segment += 1
            store.add_segment(tx, self._segment, self.state.layout, piece.body)
            tx.after_commit(piece.settle)

    def _wrote(self, piece: Slice | None) -> None:
        """Note that the flow that carried a slice succeeded."""
        self._carrier = None
        if piece is None:
            self._since = 0
        else:
            self._kept += len(piece.frozen)

    def _marked(self, due: Round, first: int) -> None:
        """Note that a mark is durable; after a full round all older segments are replaced."""
        self._base = due.applied
        if due.is_full:
            self._is_partial = False
            self._stale_before = first
            self._kept = self._live()

    def _load(self, conn: sqlite3.Connection) -> None:
        """Read the segments; those of another layout cannot be read and are replaced by a full round."""
        self._base = store.last_mark(conn, self.state.layout)
        try:
            for segment_id, layout, body in store.segments(conn):
                self._segment = segment_id
                if layout == self.state.layout:
                    self._kept += load(self.state.cells, body)
                else:
                    self._is_partial = True
        except (msgspec.DecodeError, KeyError) as error:
            self.fault = f"a stored segment is unreadable ({type(error).__name__})"

    def _replay(self, conn: sqlite3.Connection) -> None:
        """Apply the facts after the last mark; cells skip what they already hold."""
        self.state.applied = done = self._base
        self._seq, self._newest_us = store.last_fact(conn)
        self._known = self._seq
        self._since = self._seq - done
        for count, (seq, body) in enumerate(store.facts_after(conn, done), 1):
            self.state.register(seq, facts.decode(body))
            if count % LONG_REPLAY == 0:
                self.state.cool()
                self._is_partial = True
