from collections.abc import Callable

import pytest

from sealane.model.clock import from_micros
from sealane.model.decision import Decision, Outcome
from sealane.model.order import Order
from sealane.model.party import PartyRequest
from sealane.storage import figures, orderbook, parties
from sealane.storage.database import Database, Transaction

HOUR_US = 3_600_000_000
START_US = 20_400 * figures.DAY_US
"""The first microsecond of a UTC day."""

Put = Callable[..., Order]


@pytest.fixture
def put(database: Database, make_order: Callable[..., Order], make_decision: Callable[..., Decision]) -> Put:
    def put(after_us: int, outcome: Outcome, lane: tuple[str, str] = ("CN", "DE")) -> Order:
        order = make_order(observed_us=START_US + after_us, lane=lane)

        def flow(tx: Transaction) -> None:
            orderbook.add(tx, order)
            orderbook.decided(tx, order.order_id, make_decision(order, outcome=outcome))

        database.run(flow)
        return order

    return put


def test_steps_count_lines_by_lane_and_latest_outcome(database: Database, put: Put) -> None:
    put(0, "approve")
    put(HOUR_US - 1, "approve")
    put(HOUR_US, "review")
    put(HOUR_US, "review", ("", "FR"))
    put(3 * HOUR_US, "decline")
    with database.reader() as conn:
        found = figures.counts(conn, START_US, START_US + 3 * HOUR_US, HOUR_US)
    assert {(one.step, one.from_country, one.to_country, one.outcome): one.orders for one in found} == {
        (0, "CN", "DE", "approve"): 2,
        (1, "CN", "DE", "review"): 1,
        (1, "", "FR", "review"): 1,
    }


def test_whole_days_come_from_the_totals_and_agree_with_the_lines(database: Database, put: Put) -> None:
    for after in (0, HOUR_US, figures.DAY_US, 3 * figures.DAY_US + 5):
        put(after, "approve")
    put(figures.DAY_US + 7, "review", ("US", "BR"))
    first, last, step = START_US, START_US + 4 * figures.DAY_US, 2 * figures.DAY_US
    with database.reader() as conn:
        by_days = figures.counts(conn, first, last, step)
        by_lines = figures.counts(conn, first, last + 1, step)
    assert {(one.step, one.to_country, one.outcome): one.orders for one in by_days} == {
        (0, "DE", "approve"): 3,
        (0, "BR", "review"): 1,
        (1, "DE", "approve"): 1,
    }
    assert sorted(by_days, key=repr) == sorted(by_lines, key=repr)


def test_a_total_that_went_back_to_nothing_is_not_counted(database: Database, put: Put) -> None:
    order = put(0, "review")
    decision = Decision(
        "dec_2", order.order_id, "dispatch", "approve", 0.1, (), (), "m", "r", None, from_micros(START_US)
    )
    database.run(lambda tx: orderbook.decided(tx, order.order_id, decision))
    with database.reader() as conn:
        found = figures.counts(conn, START_US, START_US + figures.DAY_US, figures.DAY_US)
    assert [(one.outcome, one.orders) for one in found] == [("approve", 1)]


def test_frauds_are_those_whose_latest_word_is_fraud(database: Database, put: Put) -> None:
    first, second, third = put(0, "approve"), put(HOUR_US, "approve"), put(HOUR_US + 1, "decline")
    database.run(lambda tx: figures.judged(tx, first, "fraud"))
    database.run(lambda tx: figures.judged(tx, second, "fraud"))
    database.run(lambda tx: figures.judged(tx, third, "fraud"))
    database.run(lambda tx: figures.judged(tx, second, "genuine"))
    with database.reader() as conn:
        found = figures.frauds(conn, START_US, START_US + 2 * HOUR_US, HOUR_US)
        assert figures.truths(conn, START_US, START_US + 2 * HOUR_US) == 3
        assert figures.truths(conn, START_US, START_US + HOUR_US) == 1
    assert {(one.step, one.outcome): one.orders for one in found} == {(0, "approve"): 1, (1, "decline"): 1}


def test_held_orders_are_listed_oldest_first_through_their_index(database: Database, put: Put) -> None:
    put(0, "approve")
    late, early = put(9, "review"), put(5, "review")
    with database.reader() as conn:
        assert [line.order_id for line in figures.longest_held(conn, 5)] == [early.order_id, late.order_id]
        assert len(figures.longest_held(conn, 1)) == 1


def test_merchants_are_listed_by_name(database: Database) -> None:
    for name, roles in (("Zeta", ("merchant",)), ("Alpha", ("merchant", "platform")), ("Post", ("carrier",))):
        request = PartyRequest(name=name, roles=roles, country="PT")
        database.run(lambda tx, request=request: parties.add(tx, request, request.name.encode()))
    with database.reader() as conn:
        assert [party.name for party in figures.merchants(conn)] == ["Alpha", "Zeta"]


def test_the_extent_of_nothing_is_nothing(database: Database, put: Put) -> None:
    with database.reader() as conn:
        assert figures.extent(conn) is None
    put(0, "approve")
    put(7, "approve")
    with database.reader() as conn:
        assert figures.extent(conn) == (START_US, START_US + 7)
