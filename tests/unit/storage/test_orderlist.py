import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sealane.model.decision import STAGES, Decision
from sealane.model.errors import InvalidInput
from sealane.model.order import Order
from sealane.storage import orderbook
from sealane.storage.database import Database, Transaction
from sealane.storage.orderlist import (
    OrderFilter,
    OrderLine,
    belonging,
    day_of,
    frauds_since,
    lane_of,
    page,
    scan_events,
    scan_orders,
    span,
    stopped,
)

Make = Callable[..., Any]
DAY_US = 86_400_000_000
OUTCOMES = ("approve", "challenge", "review", "decline")


def place(order: Order, *decisions: Decision) -> Callable[[Transaction], None]:
    def flow(tx: Transaction) -> None:
        orderbook.add(tx, order)
        for decision in decisions:
            orderbook.decided(tx, order.order_id, decision)

    return flow


def decide(order: Order, decision: Decision) -> Callable[[Transaction], None]:
    return lambda tx: orderbook.decided(tx, order.order_id, decision)


@pytest.fixture
def many(database: Database, make_order: Make, make_decision: Make) -> list[OrderLine]:
    """Orders of three days, three merchants and lanes, decided once or twice, listed the latest first."""
    chance = random.Random(7)
    lines = []
    for _ in range(120):
        order = make_order(
            merchant_id=f"mer_{chance.randrange(3)}",
            observed_us=20_000 * DAY_US + chance.randrange(30) * DAY_US // 10,
            lane=chance.choice([("CN", "DE"), ("CN", "PT"), (None, "DE")]),
        )
        decisions = [
            make_decision(order, chance.choice(STAGES), chance.choice(OUTCOMES), chance.random())
            for _ in range(chance.randint(1, 2))
        ]
        database.run(place(order, decisions[0]))
        for decision in decisions[1:]:
            database.run(decide(order, decision))
        last = decisions[-1]
        decided_us = order.observed_us + 5
        lines.append(
            OrderLine(order.observed_us, order.order_id, order.merchant_id, order.reference, order.placed_us, 12990,
                      "EUR", *lane_of(order), last.stage, last.outcome, last.score, decided_us)
        )  # fmt: skip
    return sorted(lines, key=lambda line: (line.observed_us, line.order_id), reverse=True)


def walk(database: Database, filters: OrderFilter, limit: int) -> list[OrderLine]:
    found: list[OrderLine] = []
    cursor = None
    with database.reader() as connection:
        while True:
            part = page(connection, filters, limit, cursor)
            assert len(part.items) <= limit
            found += part.items
            cursor = part.next_cursor
            if cursor is None:
                return found
            assert len(part.items) == limit


def fits(line: OrderLine, filters: OrderFilter) -> bool:
    wanted = msgspec.structs.asdict(filters)
    start, end = wanted.pop("from_us"), wanted.pop("to_us")
    if (start is not None and line.observed_us < start) or (end is not None and line.observed_us >= end):
        return False
    return all(value is None or getattr(line, name) == value for name, value in wanted.items())


@pytest.mark.parametrize("limit", [1, 7, 120, 500])
def test_pages_together_are_the_whole_list(database: Database, many: list[OrderLine], limit: int) -> None:
    assert walk(database, OrderFilter(), limit) == many


def test_each_filter_and_all_of_them_leave_what_fits(database: Database, many: list[OrderLine]) -> None:
    choices: dict[str, list[Any]] = {
        "merchant_id": ["mer_0", "mer_9"],
        "stage": list(STAGES),
        "outcome": list(OUTCOMES),
        "from_us": [20_001 * DAY_US],
        "to_us": [20_002 * DAY_US],
        "from_country": ["CN", ""],
        "to_country": ["DE"],
    }
    chance = random.Random(3)
    filters = [OrderFilter(**{name: value}) for name, values in choices.items() for value in values]
    for _ in range(60):
        names = chance.sample(sorted(choices), chance.randint(2, 4))
        filters.append(OrderFilter(**{name: chance.choice(choices[name]) for name in names}))
    for each in filters:
        assert walk(database, each, 9) == [line for line in many if fits(line, each)], each


def totals(database: Database) -> tuple[list[Any], list[Any]]:
    """Every running count that is not zero: by day and merchant, and by lane."""
    with database.reader() as connection:
        by_merchant = connection.execute("SELECT * FROM order_totals WHERE orders <> 0").fetchall()
        by_lane = connection.execute("SELECT * FROM lane_totals WHERE orders <> 0").fetchall()
    return sorted(by_merchant), sorted(by_lane)


def test_totals_count_what_lists_show(database: Database, many: list[OrderLine]) -> None:
    by_merchant = Counter((day_of(line.observed_us), line.merchant_id, line.stage, line.outcome) for line in many)
    by_lane = Counter((day_of(line.observed_us), line.from_country, line.to_country, line.outcome) for line in many)
    assert totals(database) == tuple([(*key, n) for key, n in sorted(c.items())] for c in (by_merchant, by_lane))


def test_an_order_is_counted_once_however_often_it_is_decided(
    database: Database, together: Any, make_order: Make, make_decision: Make
) -> None:
    order = make_order()
    decisions = [make_decision(order, "checkout", "review"), make_decision(order, "checkout", "approve")]
    later = [make_decision(order, "dispatch", "approve"), make_decision(order, "dispatch", "approve")]
    together(
        database,
        place(order, *decisions),
        *(decide(order, decision) for decision in later),
    )
    day = day_of(order.observed_us)
    assert totals(database) == ([(day, "mer_1", "dispatch", "approve", 1)], [(day, "CN", "PT", "approve", 1)])
    with database.reader() as connection:
        assert [line.stage for line in page(connection, OrderFilter(), 10).items] == ["dispatch"]


def test_an_order_without_consignments_has_no_lane(database: Database, make_order: Make, make_decision: Make) -> None:
    order = make_order(consignments=())
    database.run(place(order, make_decision(order)))
    with database.reader() as connection:
        (line,) = page(connection, OrderFilter(), 10).items
        assert (line.from_country, line.to_country) == ("", "")


def test_a_foreign_cursor_is_refused(database: Database) -> None:
    with database.reader() as connection, pytest.raises(InvalidInput, match="cursor"):
        page(connection, OrderFilter(), 10, "bm9wZQ")


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (OrderFilter(), "PRIMARY KEY"),
        (OrderFilter(from_us=1, to_us=2), "PRIMARY KEY"),
        (OrderFilter(outcome="approve"), "PRIMARY KEY"),
        (OrderFilter(merchant_id="mer_1"), "order_lines_by_merchant"),
        (OrderFilter(stage="claim"), "order_lines_by_stage"),
        (OrderFilter(outcome="review"), "order_lines_stopped"),
        (OrderFilter(to_country="DE"), "PRIMARY KEY"),
        (OrderFilter(from_country="CN"), "PRIMARY KEY"),
        (OrderFilter(from_country="CN", to_country="DE"), "order_lines_by_lane"),
        (OrderFilter(from_country="CN", to_country="DE", from_us=5), "order_lines_by_lane"),
    ],
)
@pytest.mark.parametrize("cursor", [None, "ks8ABlv-2iXgAKVvcmRfMQ"])
def test_lists_walk_an_index_and_never_sort(
    database: Database, embedded: Database, filters: OrderFilter, index: str, cursor: str | None
) -> None:
    with database.reader() as connection:
        seen: list[str] = []
        connection.set_trace_callback(seen.append)
        page(connection, filters, 50, cursor)
        connection.set_trace_callback(None)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {seen[-1]}")]
    assert not any("TEMP B-TREE" in step for step in plan), plan
    assert len(plan) == 1
    assert index in plan[0] or (index == "PRIMARY KEY" and plan[0] == "SCAN order_lines"), plan


def test_scans_go_through_a_span_of_time_oldest_first(database: Database, many: list[OrderLine]) -> None:
    oldest = sorted((line.observed_us, line.order_id) for line in many)
    from_us, to_us = oldest[10][0], oldest[90][0]
    inside = {order_id for observed, order_id in oldest if from_us <= observed < to_us}
    merchant = many[0].merchant_id
    own = {line.order_id for line in many if line.merchant_id == merchant}
    halted = {line.order_id for line in many if line.outcome != "approve"}
    with database.reader() as connection:
        found = list(scan_orders(connection, from_us, to_us))
        assert {order.order_id for order in found} == inside
        assert [order.observed_us for order in found] == sorted(order.observed_us for order in found)
        assert {order.order_id for order in scan_orders(connection, 0, 1 << 62, merchant)} == own
        assert stopped(connection, from_us, to_us) == inside & halted
        assert span(connection) == (oldest[0][0], min(line.decided_us for line in many))
        assert list(scan_events(connection, 0, 1 << 62)) == []
        assert frauds_since(connection, 0) == set()


def test_orders_belong_to_their_merchant_and_all_to_nobody(database: Database, many: list[OrderLine]) -> None:
    asked = {line.order_id for line in many[:40]}
    merchant = many[0].merchant_id
    with database.reader() as connection:
        own = {line.order_id for line in many[:40] if line.merchant_id == merchant}
        assert belonging(connection, merchant, {*asked, "ord_unknown"}) == own
        assert belonging(connection, None, {*asked, "ord_unknown"}) == asked


def test_an_empty_book_has_no_span(database: Database) -> None:
    with database.reader() as connection:
        assert span(connection) is None
