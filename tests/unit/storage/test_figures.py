from collections.abc import Callable

import pytest

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


def test_steps_count_lines_by_latest_outcome(database: Database, put: Put) -> None:
    put(0, "approve")
    put(HOUR_US - 1, "approve")
    put(HOUR_US, "review")
    put(3 * HOUR_US, "decline")
    with database.reader() as conn:
        counts = figures.steps(conn, START_US, START_US + 3 * HOUR_US, HOUR_US)
    assert {(count.step, count.outcome): count.orders for count in counts} == {(0, "approve"): 2, (1, "review"): 1}


def test_whole_days_come_from_the_totals_and_agree_with_the_lines(database: Database, put: Put) -> None:
    for after in (0, HOUR_US, figures.DAY_US, 3 * figures.DAY_US + 5):
        put(after, "approve")
    put(figures.DAY_US + 7, "review")
    first, last, step = START_US, START_US + 4 * figures.DAY_US, 2 * figures.DAY_US
    with database.reader() as conn:
        by_days = figures.steps(conn, first, last, step)
        by_lines = figures.steps(conn, first, last + 1, step)
    assert {(c.step, c.outcome): c.orders for c in by_days} == {(0, "approve"): 3, (0, "review"): 1, (1, "approve"): 1}
    assert sorted(by_days, key=repr) == sorted(by_lines, key=repr)


def test_lanes_count_the_same_by_days_and_by_lines(database: Database, put: Put) -> None:
    put(0, "approve")
    put(1, "review")
    put(2, "approve", ("", "FR"))
    with database.reader() as conn:
        by_days = figures.lanes(conn, START_US, START_US + figures.DAY_US)
        by_lines = figures.lanes(conn, START_US, START_US + HOUR_US)
    assert {(c.from_country, c.to_country, c.outcome): c.orders for c in by_days} == {
        ("CN", "DE", "approve"): 1,
        ("CN", "DE", "review"): 1,
        ("", "FR", "approve"): 1,
    }
    assert sorted(by_days, key=repr) == sorted(by_lines, key=repr)


def test_frauds_are_those_whose_latest_word_is_fraud(database: Database, put: Put) -> None:
    first, second, third = put(0, "approve"), put(HOUR_US, "approve"), put(HOUR_US + 1, "decline")
    database.run(lambda tx: figures.judged(tx, first, "fraud"))
    database.run(lambda tx: figures.judged(tx, second, "fraud"))
    database.run(lambda tx: figures.judged(tx, third, "fraud"))
    database.run(lambda tx: figures.judged(tx, second, "genuine"))
    with database.reader() as conn:
        counts = figures.frauds(conn, START_US, START_US + 2 * HOUR_US, HOUR_US)
    assert {(count.step, count.outcome): count.orders for count in counts} == {(0, "approve"): 1, (1, "decline"): 1}


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
