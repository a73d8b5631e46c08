"""The room over a real database: observed, decided, recorded, replayed and explained."""

from typing import Any

import pytest

from sealane.model.clock import from_micros
from sealane.model.decision import Decision, Stage
from sealane.model.errors import Conflict, DependencyUnavailable, NotFound, ProofInvalid
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.risk.assess import DEGRADED, Question, assess
from sealane.risk.policy import RiskPolicy, default_text
from sealane.risk.room import Risk
from sealane.storage.database import Database, Transaction

START_US = 1_790_000_000_000_000


def ask(risk: Risk, tx: Transaction, stage: Stage, order: Order, signals: Any) -> Decision:
    question = Question(stage, order.order_id, new_id("dec"), new_id("case"), from_micros(order.observed_us))
    decision = assess(question, signals, risk.policy)
    risk.record(tx, question, signals, decision)
    return decision


def checkout(database: Database, risk: Risk, order: Order) -> Decision:
    return database.run(lambda tx: ask(risk, tx, "checkout", order, risk.observe_order(tx, order)))


def value(risk: Risk, conn: Any, decision: Decision, name: str) -> Any:
    return next(one for one in risk.explanation(conn, decision.decision_id).signals if one.name == name)


def test_orders_count_for_later_orders_and_decisions_are_kept(database: Database, risk: Risk, make_order: Any) -> None:
    orders = [make_order(at=START_US + number) for number in range(3)]
    decisions = [checkout(database, risk, order) for order in orders]
    with database.reader() as conn:
        found = value(risk, conn, decisions[2], "account_orders_24h")
        assert found.value == 2
        assert found.events == (orders[1].order_id, orders[0].order_id)
        assert risk.decision(conn, decisions[0].decision_id) == decisions[0]
        assert risk.decisions(conn, orders[1].order_id) == (decisions[1],)


def test_a_flow_that_fails_leaves_no_trace(database: Database, risk: Risk, make_order: Any) -> None:
    def failing(tx: Transaction) -> None:
        risk.observe_order(tx, make_order(at=START_US))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(failing)
    decision = checkout(database, risk, make_order(at=START_US + 5))
    with database.reader() as conn:
        assert value(risk, conn, decision, "account_orders_24h").value == 0


def test_an_event_observed_twice_counts_once(database: Database, risk: Risk, make_order: Any, make_event: Any) -> None:
    order = make_order(at=START_US)
    checkout(database, risk, order)
    event = make_event(order, "payment.refunded", START_US + 1)
    for _ in range(2):
        database.run(lambda tx: risk.observe_event(tx, order, event))
    database.run(lambda tx: risk.observe_order(tx, order_at(order, START_US + 2)))
    decision = checkout(database, risk, make_order(at=START_US + 5))
    with database.reader() as conn:
        assert value(risk, conn, decision, "account_refunds_90d").value == 1
        assert value(risk, conn, decision, "account_orders_24h").value == 1


def order_at(order: Order, at: int) -> Order:
    return Order(
        order.order_id, order.merchant_id, order.reference, order.placed_us, at, order.payment, order.consignments,
        order.seal,
    )  # fmt: skip


def test_every_stage_is_decided_and_replays(database: Database, risk: Risk, make_order: Any, make_event: Any) -> None:
    order = make_order(at=START_US)
    decisions = [checkout(database, risk, order)]
    kinds: list[tuple[str, Stage]] = [
        ("consignment.label_created", "dispatch"),
        ("consignment.reroute_requested", "reroute"),
        ("payout.requested", "payout"),
        ("claim.opened", "claim"),
    ]
    for number, (kind, stage) in enumerate(kinds, 1):
        event = make_event(order, kind, START_US + number, {"device": b"x" * 16})
        decisions.append(
            database.run(lambda tx, e=event, s=stage: ask(risk, tx, s, order, risk.observe_event(tx, order, e)))
        )
    with database.reader() as conn:
        assert risk.decisions(conn, order.order_id) == tuple(decisions)
        assert all(risk.replay(conn, decision.decision_id) for decision in decisions)


def test_a_scan_is_observed_and_asks_nothing(database: Database, risk: Risk, make_order: Any, make_event: Any) -> None:
    order = make_order(at=START_US)
    signals = database.run(lambda tx: risk.observe_event(tx, order, make_event(order, "consignment.arrived", START_US)))
    assert (signals.stage, signals.values) == (None, ())


def test_an_old_decision_replays_under_the_texts_of_its_time(database: Database, risk: Risk, make_order: Any) -> None:
    decision = checkout(database, risk, make_order(at=START_US))
    rules = default_text("rules").partition("# 2 ")[0]
    newer = RiskPolicy.of(rules=rules, scorecard=default_text("scorecard"), thresholds=default_text("thresholds"))
    again = Risk.open(database, newer)
    with database.reader() as conn:
        assert again.decision(conn, decision.decision_id) == decision
        assert again.replay(conn, decision.decision_id)
        assert len(again.explanation(conn, decision.decision_id).rules) > len(newer.ruleset.rules)


def test_a_forged_record_does_not_replay(database: Database, risk: Risk, make_order: Any) -> None:
    decision = checkout(database, risk, make_order(at=START_US))
    forge = "UPDATE risk_decision SET body = replace(body, CAST('approve' AS BLOB), CAST('decline' AS BLOB))"
    database.run(lambda tx: tx.execute(forge))
    database.run(lambda tx: tx.execute("UPDATE risk_decision SET body = CAST(body AS BLOB)"))
    with database.reader() as conn, pytest.raises(ProofInvalid):
        risk.replay(conn, decision.decision_id)


def test_what_is_not_there_is_not_found(database: Database, risk: Risk, make_order: Any) -> None:
    decision = checkout(database, risk, make_order(at=START_US))
    database.run(lambda tx: tx.execute("DELETE FROM risk_text"))
    again = Risk.open(database, risk.policy)
    again._policies.clear()
    database.run(lambda tx: tx.execute("DELETE FROM risk_text"))
    with database.reader() as conn:
        for ask_for in (risk.decision, risk.replay, risk.explanation):
            with pytest.raises(NotFound):
                ask_for(conn, "dec_none")
        with pytest.raises(NotFound):
            again.replay(conn, decision.decision_id)


def test_facts_are_observed_in_order(database: Database, risk: Risk, make_order: Any) -> None:
    checkout(database, risk, make_order(at=START_US))
    assert risk.observing_from(START_US - 5) == START_US + 1
    assert risk.observing_from(START_US + 5) == START_US + 5
    with pytest.raises(Conflict):
        checkout(database, risk, make_order(at=START_US - 1))


def test_without_history_decisions_go_on_and_say_so(database: Database, risk: Risk, make_order: Any) -> None:
    risk.check()
    checkout(database, risk, make_order(at=START_US))
    risk._memory.fault = "a test"
    decision = checkout(database, risk, make_order(at=START_US + 1))
    assert decision.reasons[-1] == DEGRADED
    with pytest.raises(DependencyUnavailable, match="a test"):
        risk.check()
    again = Risk.open(database, risk.policy)
    again.check()
    decision = checkout(database, again, make_order(at=START_US + 2))
    with database.reader() as conn:
        assert value(again, conn, decision, "account_orders_24h").value == 2


def test_a_restart_goes_on_where_the_room_closed(database: Database, risk: Risk, make_order: Any) -> None:
    for number in range(4):
        checkout(database, risk, make_order(at=START_US + number))
    risk.close()
    again = Risk.open(database, risk.policy)
    decision = checkout(database, again, make_order(at=START_US + 9))
    with database.reader() as conn:
        assert value(again, conn, decision, "account_orders_24h").value == 4
    again.close()
