"""The archive: decisions read again, explained, replayed, and laid out for review; over a read-only connection."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple, TypeVar

import msgspec

from sealane.model.decision import Decision
from sealane.model.errors import NotFound, ProofInvalid
from sealane.risk import facts, record, store
from sealane.risk.cases.case import Case
from sealane.risk.cases.dossier import Dossier, Grounds, compile_dossier
from sealane.risk.cases.queue import case_of
from sealane.risk.cases.representment import Disputed, Representment, represent
from sealane.risk.explain import Explanation, explain
from sealane.risk.facts import Fact
from sealane.risk.learning.replay import Learned, Replay
from sealane.risk.policy import Hashes, RiskPolicy, Texts
from sealane.risk.reasons.counterfactual import find_counterfactuals
from sealane.risk.rulebook.entries import values_of
from sealane.risk.serving import ServedModel, open_body
from sealane.risk.serving import store as models
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.windows.layout import Heads
from sealane.storage import orderbook

__all__ = ["Archive", "Inputs"]

T = TypeVar("T")

_heads_decoder = msgspec.msgpack.Decoder(tuple[Heads, ...])


class Inputs(NamedTuple):
    """What a decision was made from, by name."""

    signals: frozenset[str]
    rules: frozenset[str]


class Archive:
    """What was decided and why; decisions made under earlier texts are read with those."""

    def __init__(self, policy: RiskPolicy) -> None:
        self._policies: dict[Hashes, RiskPolicy] = {policy.hashes: policy}

    def decisions(self, conn: sqlite3.Connection, order_id: str) -> tuple[Decision, ...]:
        """Return an order's decisions as they were given, oldest first."""
        return tuple(self._given(conn, body) for body in store.decision_bodies(conn, order_id))

    def decision(self, conn: sqlite3.Connection, decision_id: str) -> Decision:
        """Return one decision as it was given.

        Raises:
            NotFound: when there is no such decision.
        """
        return self._given(conn, _found(store.decision_body(conn, decision_id)))

    def scan(self, conn: sqlite3.Connection) -> Iterator[Decision]:
        """Yield every decision as it was given, in the order in which they were made."""
        for body in store.every_decision(conn):
            yield self._given(conn, body)

    def explanation(self, conn: sqlite3.Connection, decision_id: str) -> Explanation:
        """Return everything that made a decision: values, windows and the events behind them, contributions, rules.

        Raises:
            NotFound: when there is no such decision.
        """
        made = record.read(_found(store.decision_body(conn, decision_id)))
        policy = self._policy_of(conn, made.hashes)
        whole = explain(made, policy, partial(_fetch, conn))
        return msgspec.structs.replace(whole, counterfactuals=find_counterfactuals(made, policy))

    def inputs(self, conn: sqlite3.Connection, decision_id: str) -> Inputs:
        """Return which signals a decision knew and which rules it could judge.

        Raises:
            NotFound: when there is no such decision, or one of its texts is gone.
        """
        made = record.read(_found(store.decision_body(conn, decision_id)))
        policy = self._policy_of(conn, made.hashes)
        pairs = zip(policy.catalogue.by_stage[made.stage], made.signals, strict=True)
        rules = {rule.code for rule in policy.ruleset.rules if made.stage in rule.stages}
        return Inputs(
            frozenset(signal.name for signal, value in pairs if value is not None),
            frozenset(rules.difference(made.unjudged)),
        )

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

    def learned(self, conn: sqlite3.Connection, replay: Replay) -> Iterator[Learned]:
        """Yield what was known at each stage of each order, and each verdict, from the facts that were kept."""
        for _, body in store.facts_after(conn, 0):
            yield from replay.fact(facts.decode(body))

    def dossier(self, conn: sqlite3.Connection, case_id: str) -> Dossier:
        """Return everything about one case.

        Raises:
            NotFound: when there is no such case.
        """
        case = case_of(conn, case_id)
        return compile_dossier(conn, case, self._grounds(conn, case), partial(_fetch, conn))

    def representment(self, conn: sqlite3.Connection, case_id: str) -> Representment:
        """Return the evidence against the chargeback of a case's order.

        Raises:
            NotFound: when there is no such case, or its order has no chargeback.
        """
        case = case_of(conn, case_id)
        order = orderbook.read(conn, case.order_id)
        events = tuple(orderbook.events(conn, case.order_id))
        grounds = self._grounds(conn, case)
        return represent(conn, Disputed(case_id, order, events, grounds.decisions, grounds.seq), partial(_fetch, conn))

    def values_of_order(self, conn: sqlite3.Connection, order_id: str, field: str) -> list[bytes | str]:
        """Return an order's own values of a field, as lists and snoozes hold them.

        Raises:
            NotFound: when there is no such order.
        """
        orderbook.read(conn, order_id)
        seqs = [record.read(body).seq for body in store.decision_bodies(conn, order_id)]
        found = [found[0] for seq in seqs if (found := _fetch(conn, seq)) is not None]
        return list(dict.fromkeys(value for fact in found for value in values_of(fact, field)))

    def _grounds(self, conn: sqlite3.Connection, case: Case) -> Grounds:
        """Return what a case rests on: its own decision or, for a chargeback, the order's last one."""
        bodies = store.decision_bodies(conn, case.order_id)
        named = case.decision_id or (record.read(bodies[-1]).decision_id if bodies else None)
        seq = max((record.read(body).seq for body in bodies), default=0)
        explanation = None if named is None else self.explanation(conn, named)
        return Grounds(tuple(self._given(conn, body) for body in bodies), explanation, seq)

    def _given(self, conn: sqlite3.Connection, body: bytes) -> Decision:
        """Return a decision from its record."""
        made = record.read(body)
        return record.decision_of(made, self._policy_of(conn, made.hashes))

    def _policy_of(self, conn: sqlite3.Connection, hashes: Hashes) -> RiskPolicy:
        """Return the policy with these hashes, compiled again when it is an old one.

        Raises:
            NotFound: when one of its texts or its model is gone.
        """
        policy = self._policies.get(hashes)
        if policy is None:
            *named, model = msgspec.structs.astuple(hashes)
            texts = Texts(*[_found(store.text(conn, one)) for one in named])
            catalogue = Catalogue.of_text(texts.catalogue)
            served = ServedModel(open_body(_found(models.model_body(conn, model))), catalogue) if model else None
            policy = self._policies[hashes] = RiskPolicy(texts, catalogue, served)
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
