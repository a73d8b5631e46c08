from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from sealane.model.consignment import Consignment
from sealane.model.errors import Conflict, InvalidInput, NotFound
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.storage import orderbook
from sealane.storage.database import Database, Transaction

Make = Callable[..., Any]
Found = tuple[Order, str | None]


def add(order: Order) -> Callable[[Transaction], Order]:
    def flow(tx: Transaction) -> Order:
        orderbook.add(tx, order)
        return order

    return flow


def find(merchant_id: str | None, **names: str) -> Callable[[Transaction], Found]:
    return lambda tx: orderbook.find(tx, merchant_id, **names)


def test_an_order_is_found_in_its_batch_and_after(database: Database, together: Any, make_order: Make) -> None:
    order = make_order(tracking_number="JD01")
    (consignment,) = order.consignments
    names: list[dict[str, str]] = [
        {"order": order.order_id},
        {"consignment": consignment.consignment_id},
        {"order": order.order_id, "consignment": consignment.consignment_id},
        {"reference": order.reference},
        {"tracking_number": "JD01"},
        {"order": order.order_id, "tracking_number": "JD01"},
        {"order": order.order_id, "tracking_number": "JD02"},
    ]
    known = [None, consignment.consignment_id, consignment.consignment_id, None, consignment.consignment_id,
             consignment.consignment_id, None]  # fmt: skip
    searches = [find("mer_1", **name) for name in names]
    expected = [(order, consignment_id) for consignment_id in known]
    assert together(database, add(order), *searches)[1:] == expected
    assert together(database, *searches) == expected
    assert database.run(lambda tx: orderbook.get(tx, order.order_id)) == order
    with database.reader() as connection:
        assert orderbook.read(connection, order.order_id) == order


def test_a_merchant_sees_its_own_orders_only(database: Database, make_order: Make) -> None:
    order = make_order(tracking_number="JD01")
    database.run(add(order))
    for name in (
        {"order": order.order_id},
        {"consignment": order.consignments[0].consignment_id},
        {"reference": order.reference},
        {"tracking_number": "JD01"},
    ):
        with pytest.raises(NotFound):
            database.run(find("mer_2", **name))
        assert database.run(find(None, **name))[0] == order


def test_unknown_names_are_not_found(database: Database, make_order: Make) -> None:
    order, other = make_order(), make_order()
    database.run(add(order))
    database.run(add(other))
    for name in (
        {"order": "ord_0"},
        {"consignment": "cns_0"},
        {"reference": "?"},
        {"tracking_number": "?"},
        {"order": order.order_id, "consignment": other.consignments[0].consignment_id},
    ):
        with pytest.raises(NotFound):
            database.run(find("mer_1", **name))
    with pytest.raises(InvalidInput):
        database.run(find(None))
    with database.reader() as connection, pytest.raises(NotFound):
        orderbook.read(connection, "ord_0")


def test_a_tracking_number_of_two_orders_is_a_conflict_where_both_are_seen(
    database: Database, make_order: Make
) -> None:
    first, second = make_order(tracking_number="JD01"), make_order(tracking_number="JD01", merchant_id="mer_2")
    database.run(add(first))
    database.run(add(second))
    with pytest.raises(Conflict):
        database.run(find(None, tracking_number="JD01"))
    assert database.run(find("mer_2", tracking_number="JD01"))[0] == second


def test_a_tracking_number_of_two_consignments_of_one_order_names_the_order_only(
    database: Database, make_order: Make
) -> None:
    parts = tuple(Consignment(new_id("cns"), consignee_country="PT", tracking_number="JD01") for _ in range(2))
    order = make_order(consignments=parts)
    database.run(add(order))
    assert database.run(find(None, tracking_number="JD01")) == (order, None)


def test_a_reference_names_one_order_of_a_merchant(database: Database, make_order: Make) -> None:
    order = make_order()
    database.run(add(order))
    with pytest.raises(Conflict):
        database.run(add(make_order(reference=order.reference)))


def test_the_same_reference_of_two_merchants_is_a_conflict_for_who_sees_both(
    database: Database, make_order: Make
) -> None:
    order = make_order()
    database.run(add(order))
    database.run(add(make_order(reference=order.reference, merchant_id="mer_2")))
    with pytest.raises(Conflict):
        database.run(find(None, reference=order.reference))


@pytest.mark.parametrize("is_one_batch", [True, False])
def test_a_tracking_number_learned_later_finds_the_order(
    database: Database, together: Any, make_order: Make, is_one_batch: bool
) -> None:
    order, older = make_order(), make_order()
    database.run(add(older))

    def learn(known: Order, number: str) -> Callable[[Transaction], None]:
        def flow(tx: Transaction) -> None:
            found = orderbook.get(tx, known.order_id)
            part = msgspec.structs.replace(found.consignments[0], tracking_number=number)
            orderbook.update(tx, msgspec.structs.replace(found, consignments=(part,)))

        return flow

    search = find(None, tracking_number="JD02")
    flows: list[Callable[[Transaction], Any]] = [learn(older, "JD01"), add(order), learn(order, "JD02"), search]
    results = together(database, *flows) if is_one_batch else [database.run(flow) for flow in flows]
    assert results[3][0].consignments[0].tracking_number == "JD02"
    assert results[3][1] == order.consignments[0].consignment_id
    assert results[:3] == [None, order, None]
    assert database.run(search) == results[3]


def test_a_decision_for_an_unknown_order_is_refused(database: Database, make_order: Make, make_decision: Make) -> None:
    with pytest.raises(NotFound):
        database.run(lambda tx: orderbook.decided(tx, "ord_0", make_decision(make_order())))


def test_an_event_is_known_by_its_source_in_its_batch_and_after(
    database: Database, together: Any, make_order: Make, make_event: Make
) -> None:
    order = make_order()
    late, early = make_event(order, "e-1", observed_us=20), make_event(order, "e-2", observed_us=10)

    def look(tx: Transaction) -> list[Any]:
        return [orderbook.event_of(tx, source, "e-1") for source in ("pty_carrier", "pty_other")]

    results = together(
        database, look, lambda tx: orderbook.add_event(tx, late), lambda tx: orderbook.add_event(tx, early), look
    )
    assert results[0] == [None, None]
    assert results[3] == [late, None]
    assert database.run(look) == [late, None]
    with database.reader() as connection:
        assert orderbook.events(connection, order.order_id) == [early, late]
        assert orderbook.events(connection, "ord_0") == []
    with pytest.raises(Conflict):
        database.run(lambda tx: orderbook.add_event(tx, make_event(order, "e-1")))
