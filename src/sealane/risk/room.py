"""The room: observes facts, keeps decisions, and rebuilds its memory; what was decided is read through `archive`.

All methods that take a transaction run on the writer thread, one flow after another. Signals are read when a fact is
observed; the fact itself counts only once its flow has succeeded, so a failing flow leaves no trace.
"""

import os
from collections.abc import Collection
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Self, cast

import msgspec
from msgspec.structs import replace

from sealane.model.decision import Decision
from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk import facts, record, store
from sealane.risk.archive import Archive
from sealane.risk.assess import Question, Signals
from sealane.risk.cases.case import ReviewTerms
from sealane.risk.cases.desk import CaseDesk
from sealane.risk.contest.challenger import Challenger, keep
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.memory import Memory
from sealane.risk.observation import of_event, of_order
from sealane.risk.policy import RiskPolicy
from sealane.risk.rulebook.book import Rulebook
from sealane.risk.rulebook.marks import joined
from sealane.risk.rulebook.reports import Reports
from sealane.risk.serving import ServedModel
from sealane.storage.database import Database, Transaction
from sealane.storage.sharing import Lead

if TYPE_CHECKING:
    from sealane.risk.shared import SharedMemory

__all__ = ["Risk"]

SALT_BYTES = 16

_heads_encoder = msgspec.msgpack.Encoder()


class Risk(Archive):
    """The risk room over one database.

    signals = risk.observe_order(tx, order)
    decision = assess(question, signals, risk.policy)
    content = risk.record(tx, question, signals, decision)
    """

    def __init__(
        self, database: Database, policy: RiskPolicy, memory: "Memory | SharedMemory", terms: ReviewTerms | None = None
    ) -> None:
        super().__init__(policy)
        self.challenger: Challenger | None = None
        self.rulebook = Rulebook(database, policy)
        self.reports = Reports()
        self.cases = CaseDesk(terms)
        self._memory = memory

    @classmethod
    def open(
        cls, database: Database, policy: RiskPolicy, terms: ReviewTerms | None = None, *, features: str = ""
    ) -> Self:
        """Open the room: keep the policy's texts and model, and rebuild the memory from segments and facts after them.

        With `features`, such as `valkey://one:6379,two:6379`, the memory is what the servers there hold. When it
        cannot be rebuilt or reached the room still opens, and its decisions are flagged `degraded`.

        Raises:
            Misconfigured: when `features` names no server, or the extra is not installed.
        """
        database.run(partial(_keep, policy))
        memory = _shared(policy, database, features) if features else Memory(policy.catalogue, database)
        database.on_reset(lambda _: memory.restore())
        return cls(database, policy, memory, terms)

    def share(self, database: Database, lead: Lead) -> None:
        """Take in, before each flow, what other servers of the same database observed."""
        self._memory.follow_only()
        database.on_turn(lambda tx: self._memory.follow(tx, is_writing=lead.is_held))

    @property
    def policy(self) -> RiskPolicy:
        """The policy in force: what ships, with the newest published rules."""
        return self.rulebook.policy

    def check(self) -> None:
        """Make sure that history can be read.

        Raises:
            DependencyUnavailable: when decisions are made without it.
        """
        if self._memory.fault is not None:
            raise DependencyUnavailable(f"The history cannot be read: {self._memory.fault}; decisions are degraded.")

    def challenge(self, database: Database, served: ServedModel) -> None:
        """Let a second model score everything in the shadow; its scores are kept and decide nothing."""
        database.run(partial(keep, served=served))
        self.challenger = Challenger(served)

    def observing_from(self, wanted_us: int) -> int:
        """Return the moment at which a fact is observed: the wanted one, or just after the newest known fact.

        No two facts share a microsecond, so that each is seen by the next, however old the history that comes in is.
        """
        return max(wanted_us, self._memory.newest_us + 1)

    def observe_order(self, tx: Transaction, order: Order) -> Signals:
        """Return the signals of a new order as of its observation, and let it count from then on.

        Raises:
            Conflict: when it was observed before the newest known fact (see `observing_from`).
        """
        return self._observe(tx, of_order(order))

    def observe_event(
        self, tx: Transaction, order: Order, event: Event, mismatches: Collection[str] | None = None
    ) -> Signals:
        """Return the signals of a later event as of its observation, and let it count from then on.

        Kinds without a decision have no signal values. An event id that counts already counts no second time.
        `mismatches` are codes of what contradicts between order, payment and waybill, None where nobody compared them.

        Raises:
            Conflict: when it was observed before the newest known fact (see `observing_from`).
        """
        courier, depot = self._memory.carriers(event.consignment_id, event.observed_us)
        fact = of_event(order, event, courier, depot)
        if mismatches is not None:
            fact = replace(fact, mismatches=len(mismatches), mismatch_codes=joined(mismatches))
        return self._observe(tx, fact)

    def record(self, tx: Transaction, question: Question, signals: Signals, decision: Decision) -> bytes:
        """Keep the decision with everything that made it, and return the canonical bytes that go on the log."""
        salt = os.urandom(SALT_BYTES)
        body = record.encode(record.write(question, signals, decision, self.policy, salt))
        tx.insert(store.INSERT_DECISION, (decision.decision_id, decision.order_id, body))
        if self.challenger is not None:
            self.challenger.watch(tx, question, signals, (decision, self.policy))
        return body

    def close(self) -> None:
        """Write what a restart would else have to replay."""
        self._memory.close()

    def _observe(self, tx: Transaction, fact: Fact) -> Signals:
        """Read the signals of a fact, store it, and let it count when the flow succeeds."""
        stage = STAGE_OF.get(fact.kind)
        fact = self.reports.note(tx, self.rulebook.marks.note(fact))
        memory = self._memory
        values, heads = memory.observe(fact)
        is_degraded = not heads
        if memory.knows(fact):
            return Signals(stage, values, 0, is_degraded)
        seq = memory.number()
        row = (seq, fact.observed_us, _heads_encoder.encode(heads), facts.encode(fact))
        tx.insert(store.INSERT_FACT, row)
        tx.on_success(partial(memory.register, seq, fact))
        memory.checkpoint(tx)
        return Signals(stage, values, seq, is_degraded)


def _shared(policy: RiskPolicy, database: Database, features: str) -> "SharedMemory":
    try:
        shared = import_module("sealane.risk.shared")
    except ModuleNotFoundError as error:
        raise Misconfigured(
            "The setting `features` needs the extra `valkey`.",
            remedy="Install it: make extra-valkey or pip install 'sealane[valkey]'",
        ) from error
    return cast("SharedMemory", shared.SharedMemory(policy.catalogue, database, shared.addresses_of(features)))


def _keep(policy: RiskPolicy, tx: Transaction) -> None:
    """Keep everything that a decision of this policy needs to be replayed."""
    texts = msgspec.structs.astuple(policy.texts)
    store.keep_texts(tx, list(zip(msgspec.structs.astuple(policy.hashes)[: len(texts)], texts, strict=True)))
    if policy.served is not None:
        keep(tx, policy.served)
