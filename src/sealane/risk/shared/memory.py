"""The room's memory when several servers share it: every window is read from the shards, in one round trip a decision.

The cells on the shards hold committed facts only. A fact is noted as pending in its order's own transaction and sent
after the commit; what is pending here or elsewhere goes along with each question. So nothing has to be taken back when
a batch is lost, nothing is missed when a server dies before it has sent, and servers that take turns see each other's
facts at once.
"""

import secrets
from collections.abc import Sequence

from sealane.model.errors import Conflict, DependencyUnavailable
from sealane.model.sealed import Link
from sealane.risk import facts, store
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.shared.cells import SharedCells
from sealane.risk.shared.library import CARRIERS, KNOWN
from sealane.risk.shared.members import Members, value_bytes
from sealane.risk.shared.mending import Mender, Plan
from sealane.risk.shared.pending import Pending
from sealane.risk.shared.reading import Answer, Question, Questions, thaw
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.windows.layout import Heads
from sealane.risk.windows.parcels import Blind
from sealane.risk.windows.reading import Readings
from sealane.storage.database import Database, Transaction

__all__ = ["SharedMemory"]


class SharedMemory:
    """What `Memory` offers the room, over cells that other servers read and write as well."""

    def __init__(self, catalogue: Catalogue, database: Database, urls: Sequence[str]) -> None:
        self.fault: str | None = "the shards of the signals are not connected yet"
        self.newest_us = 0
        self._database = database
        self._owner = secrets.token_hex(8)
        plan = Plan.of(catalogue)
        self._questions = Questions(catalogue, plan.shapes)
        self._pending = Pending(Members(plan.shapes))
        self._blind = Blind(catalogue)
        self._cells: SharedCells | None = None
        self._seq = self._sent = 0
        self._own: list[int] = []
        self._is_known = False
        self.restore()
        self._mender = Mender(self, database, plan, urls, self._owner)
        self._mender.start()

    def restore(self) -> None:
        """Forget what a lost batch said, and take in what other servers may not have sent yet."""
        self._own.clear()
        self._pending.clear()
        with self._database.reader() as conn:
            self._seq, newest_us = store.last_fact(conn)
            pending = store.pending_elsewhere(conn, self._owner) if self.fault is None else []
        self.newest_us = max(self.newest_us, newest_us)
        for seq, body in pending:
            self._pending.add(seq, facts.decode(body))

    def follow_only(self) -> None:
        """Nothing: no server writes segments of cells that all of them share."""

    def follow(self, tx: Transaction, *, is_writing: bool) -> None:  # noqa: ARG002  # see `follow_only`
        """Take in, as this server's turn begins, what the others committed and may not have sent yet."""
        self._seq, newest_us = store.newest_fact(tx)
        self.newest_us = max(self.newest_us, newest_us)
        self._pending.clear()
        if self.fault is None:
            for seq, body in store.pending_elsewhere(tx, self._owner):
                self._pending.add(seq, facts.decode(body))

    def observe(self, fact: Fact) -> tuple[Readings, tuple[Heads, ...]]:
        """Return the fact's signal values at its stage, if it has one, and the last facts on its keys.

        Raises:
            Conflict: when the clock would go back.
        """
        if fact.observed_us < self.newest_us:
            raise Conflict("Facts are observed in order: this one is older than the newest.")
        self.newest_us = fact.observed_us
        self._is_known = False
        if self.fault is None:
            try:
                return self._read(fact)
            except DependencyUnavailable as error:
                self.lose(error)
        stage = STAGE_OF.get(fact.kind)
        return (() if stage is None else self._blind.read(stage, fact)), ()

    def knows(self, fact: Fact) -> bool:  # noqa: ARG002  # the round trip that read its signals has told
        """Tell whether the event that was just observed already counts."""
        return self._is_known

    def carriers(self, consignment_id: str | None, now_us: int) -> tuple[Link | None, Link | None]:
        """Return the courier and the depot that had the consignment last, as far as scans tell."""
        if consignment_id is None or self.fault is not None:
            return None, None
        try:
            (answer,) = self._ask([Question(("consignment", consignment_id), CARRIERS)], now_us)
        except DependencyUnavailable as error:
            self.lose(error)
            return None, None
        courier, depot = (None if value is False else thaw(value) for value in answer[1:])
        return courier, depot

    def number(self) -> int:
        """Return the next fact's sequence number; a failing flow leaves a gap."""
        self._seq += 1
        return self._seq

    def register(self, seq: int, fact: Fact) -> None:
        """Let a fact count, its flow having succeeded."""
        if self.fault is None:
            self._pending.add(seq, fact)
            self._own.append(seq)

    def checkpoint(self, tx: Transaction) -> None:
        """Note beside the flow that its fact is to be sent, and once a batch, which of the earlier ones were."""
        tx.insert(store.INSERT_PENDING, (self._seq, self._owner, tx.now_us))
        if self._sent:
            store.drop_sent(tx, self._owner, self._sent)
            self._sent = 0
        tx.after_commit(self._send)

    def lose(self, error: DependencyUnavailable) -> None:
        """Go on without history until the mender says otherwise."""
        self.fault = error.detail.rstrip(".")
        self._mender.wake()

    def join(self, cells: SharedCells, tx: Transaction) -> None:
        """Go on with cells that hold everything but what is pending; runs as a flow, so that no fact slips through."""
        if self._cells is not None:
            self._cells.close()
        self._cells, self.fault = cells, None
        self._pending.clear()
        self._own = []
        for seq, body in store.pending_here(tx, self._owner):
            self._pending.add(seq, facts.decode(body))
            self._own.append(seq)
        for seq, body in store.pending_elsewhere(tx, self._owner):
            self._pending.add(seq, facts.decode(body))
        tx.after_commit(self._send)

    def close(self) -> None:
        """Let go of the shards; they keep what they hold."""
        self._mender.close()
        if self._sent:
            self._database.run(lambda tx: store.drop_sent(tx, self._owner, self._sent))
        if self._cells is not None:
            self._cells.close()

    def _read(self, fact: Fact) -> tuple[Readings, tuple[Heads, ...]]:
        questions, rows = self._questions.of(fact)
        if fact.kind == "order":
            answers = self._ask(questions, fact.observed_us)
        else:
            known = Question(("order_id", fact.order_id), KNOWN, (value_bytes(fact.event_id),))
            *answers, told = self._ask([*questions, known], fact.observed_us)
            self._is_known = bool(told[1]) or self._pending.has(fact.event_id)
        return self._questions.values(fact, rows, answers)

    def _ask(self, questions: Sequence[Question], now_us: int) -> list[Answer]:
        if self._cells is None:
            raise DependencyUnavailable("The shards of the signals are not connected.")
        pending = self._pending
        answers = self._cells.ask([(each, now_us, pending.more(each.entity, now_us)) for each in questions])
        if len(pending):
            for question, answer in zip(questions, answers, strict=True):
                answer[0] = max(answer[0], pending.head(question.entity))
        return answers

    def _send(self) -> None:
        """Send what the committed batch adds; whatever cannot be sent stays noted as pending."""
        sent, self._own = self._own, []
        if not sent:
            return
        if self.fault is None and self._cells is not None:
            try:
                self._cells.add(self._pending.additions(sent))
                self._sent = sent[-1]
            except DependencyUnavailable as error:
                self.lose(error)
        self._pending.drop(sent)
