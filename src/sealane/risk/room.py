"""The room: observes facts, keeps decisions, rebuilds its memory, replays and explains.

All methods that take a transaction run on the writer thread, one flow after another. Signals are read when a fact is
observed; the fact itself counts only once its flow has succeeded, so a failing flow leaves no trace.
"""

import os
import sqlite3
from functools import partial
from typing import Self, TypeVar

import msgspec

from sealane.model.decision import Decision
from sealane.model.errors import DependencyUnavailable, NotFound, ProofInvalid
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk import facts, record, store
from sealane.risk.assess import Question, Signals
from sealane.risk.explain import Explanation, explain
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.memory import Memory
from sealane.risk.observation import of_event, of_order
from sealane.risk.policy import Hashes, RiskPolicy, Texts
from sealane.risk.windows.layout import Heads
from sealane.storage.database import Database, Transaction

__all__ = ["Risk"]

T = TypeVar("T")

SALT_BYTES = 16

_heads_encoder = msgspec.msgpack.Encoder()
_heads_decoder = msgspec.msgpack.Decoder(tuple[Heads, ...])


class Risk:
    """The risk room over one database.

    signals = risk.observe_order(tx, order)
    decision = assess(question, signals, risk.policy)
    content = risk.record(tx, question, signals, decision)
    """

    def __init__(self, database: Database, policy: RiskPolicy, memory: Memory) -> None:
        self.policy = policy
        self._database = database
        self._memory = memory
        self._policies: dict[Hashes, RiskPolicy] = {policy.hashes: policy}

    @classmethod
    def open(cls, database: Database, policy: RiskPolicy) -> Self:
        """Open the room: keep the policy's texts and rebuild the memory from segments and the facts after them.

        When the memory cannot be rebuilt the room still opens, and its decisions are flagged `degraded`.
        """
        hashes, texts = msgspec.structs.astuple(policy.hashes), msgspec.structs.astuple(policy.texts)
        database.run(lambda tx: store.keep_texts(tx, list(zip(hashes, texts, strict=True))))
        memory = Memory(policy.catalogue, database)
        database.on_reset(lambda _: memory.restore())
        return cls(database, policy, memory)

    def check(self) -> None:
        """Make sure that history can be read.

        Raises:
            DependencyUnavailable: when decisions are made without it.
        """
        if self._memory.fault is not None:
            raise DependencyUnavailable(f"The history cannot be read: {self._memory.fault}; decisions are degraded.")

    def degrade(self, reason: str) -> None:
        """Go on without history, for instance because it is known to be wrong; a restart rebuilds it."""
        self._memory.fault = reason

    def observing_from(self, wanted_us: int) -> int:
        """Return the moment at which a fact is observed: the wanted one, or just after the newest known fact.

        No two facts share a microsecond, so that each is seen by the next, however old the history that comes in is.
        """
        return max(wanted_us, self._memory.state.newest_us + 1)

    def observe_order(self, tx: Transaction, order: Order) -> Signals:
        """Return the signals of a new order as of its observation, and let it count from then on.

        Raises:
            Conflict: when it was observed before the newest known fact (see `observing_from`).
        """
        return self._observe(tx, of_order(order))

    def observe_event(self, tx: Transaction, order: Order, event: Event) -> Signals:
        """Return the signals of a later event as of its observation, and let it count from then on.

        Kinds without a decision have no signal values. An event id that counts already counts no second time.

        Raises:
            Conflict: when it was observed before the newest known fact (see `observing_from`).
        """
        courier, depot = self._memory.state.carriers(event.consignment_id, event.observed_us)
        return self._observe(tx, of_event(order, event, courier, depot))

    def record(self, tx: Transaction, question: Question, signals: Signals, decision: Decision) -> bytes:
        """Keep the decision with everything that made it, and return the canonical bytes that go on the log."""
        salt = os.urandom(SALT_BYTES)
        body = record.encode(record.write(question, signals, decision, self.policy, salt))
        tx.insert(store.INSERT_DECISION, (decision.decision_id, decision.order_id, body))
        return body

    def decisions(self, conn: sqlite3.Connection, order_id: str) -> tuple[Decision, ...]:
        """Return an order's decisions as they were given, oldest first."""
        return tuple(self._given(conn, body) for body in store.decision_bodies(conn, order_id))

    def decision(self, conn: sqlite3.Connection, decision_id: str) -> Decision:
        """Return one decision as it was given.

        Raises:
            NotFound: when there is no such decision.
        """
        return self._given(conn, _found(store.decision_body(conn, decision_id)))

    def explanation(self, conn: sqlite3.Connection, decision_id: str) -> Explanation:
        """Return everything that made a decision: values, windows and the events behind them, contributions, rules.

        Raises:
            NotFound: when there is no such decision.
        """
        made = record.read(_found(store.decision_body(conn, decision_id)))
        policy = self._policy_of(conn, made.hashes)
        return explain(made, policy, partial(_fetch, conn))

    def replay(self, conn: sqlite3.Connection, decision_id: str) -> bytes:
        """Decide again from the stored question, signals and texts; return the record's bytes when they are the same.

        Raises:
            NotFound: when there is no such decision, or one of its texts is gone.
            ProofInvalid: when the same input does not give the stored bytes.
        """
        body = _found(store.decision_body(conn, decision_id))
        made = record.read(body)
        again = record.encode(record.decide_again(made, self._policy_of(conn, made.hashes)))
        if again != body:
            raise ProofInvalid(f"The decision {decision_id} does not replay to its stored bytes.")
        return again

    def close(self) -> None:
        """Write what a restart would else have to replay."""
        self._memory.close()

    def _observe(self, tx: Transaction, fact: Fact) -> Signals:
        """Read the signals of a fact, store it, and let it count when the flow succeeds."""
        stage = STAGE_OF.get(fact.kind)
        memory = self._memory
        is_degraded = memory.fault is not None
        values, heads = memory.observe(fact)
        if memory.knows(fact):
            return Signals(stage, values, 0, is_degraded)
        seq = memory.number()
        row = (seq, fact.observed_us, _heads_encoder.encode(heads), facts.encode(fact))
        tx.insert(store.INSERT_FACT, row)
        tx.on_success(partial(memory.register, seq, fact))
        memory.checkpoint(tx)
        return Signals(stage, values, seq, is_degraded)

    def _given(self, conn: sqlite3.Connection, body: bytes) -> Decision:
        """Return a decision from its record."""
        made = record.read(body)
        return record.decision_of(made, self._policy_of(conn, made.hashes))

    def _policy_of(self, conn: sqlite3.Connection, hashes: Hashes) -> RiskPolicy:
        """Return the policy with these hashes, compiled again when it is an old one.

        Raises:
            NotFound: when one of its texts is gone.
        """
        policy = self._policies.get(hashes)
        if policy is None:
            texts = [_found(store.text(conn, named)) for named in msgspec.structs.astuple(hashes)]
            policy = self._policies[hashes] = RiskPolicy(Texts(*texts))
        return policy


def _found(body: T | None) -> T:
    """Return what was looked up.

    Raises:
        NotFound: when it is not there.
    """
    if body is None:
        raise NotFound
    return body


def _fetch(conn: sqlite3.Connection, seq: int) -> tuple[Fact, tuple[Heads, ...]] | None:
    """Return a stored fact with the facts before it on its keys."""
    row = store.fact(conn, seq)
    return None if row is None else (facts.decode(row[1]), _heads_decoder.decode(row[0]))
