from typing import Any

import pytest

from sealane.model.consignment import Consignment
from sealane.model.event import Location
from sealane.model.money import Money
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits
from sealane.risk.facts import decode, encode
from sealane.risk.observation import of_event, of_order

START_US = 1_790_000_000_000_000


def test_an_order_becomes_a_fact_field_by_field(make_order: Any) -> None:
    order = make_order(traits={"email_kind": "free"}, about={"has_suite_code": True})
    fact = of_order(order)
    assert (fact.kind, fact.order_id, fact.observed_us) == ("order", order.order_id, order.observed_us)
    assert fact.payer.account == order.seal.links.account
    assert (fact.payer.bin, fact.payer.amount_eur, fact.payer.email_kind) == ("424242", 12_990, "free")
    (parcel,) = fact.parcels
    assert parcel.address == order.seal.consignment_links[0].address
    assert (parcel.goods_eur, parcel.item_count, parcel.weight_grams) == (12_990, 1, 800)
    assert parcel.has_suite_code is True
    assert fact.act is None


def test_facts_survive_their_bytes(make_order: Any, make_event: Any) -> None:
    order = make_order()
    for fact in (of_order(order), of_event(order, make_event(order, "claim.opened", START_US), None, None)):
        assert decode(encode(fact)) == fact


def two_parcels(order: Any) -> Any:
    second = Consignment("cns_second", "DE", declared_value=Money(100, "EUR"))
    seal = order.seal
    seal = type(seal)(
        seal.subject_id, seal.record_id, seal.links, seal.traits,
        (*seal.consignment_links, ConsignmentLinks(address=b"2" * 16)), (*seal.consignment_traits, ConsignmentTraits()),
    )  # fmt: skip
    return type(order)(
        order.order_id, order.merchant_id, order.reference, order.placed_us, order.observed_us, order.payment,
        (*order.consignments, second), seal,
    )  # fmt: skip


def test_the_declared_total_is_of_the_whole_order_whatever_the_event_names(make_order: Any, make_event: Any) -> None:
    order = two_parcels(make_order())
    fact = of_event(order, make_event(order, "consignment.arrived", START_US), None, None)
    assert len(fact.parcels) == 1
    assert fact.payer.declared_total_eur == of_order(order).payer.declared_total_eur == 13_090


def test_an_event_without_a_consignment_concerns_all(make_order: Any, make_event: Any) -> None:
    order = two_parcels(make_order())
    fact = of_event(order, make_event(order, "payment.chargeback", START_US, consignment_id=None), None, None)
    assert [parcel.consignment for parcel in fact.parcels] == [each.consignment_id for each in order.consignments]


def test_where_it_happened_is_known_to_the_town(make_order: Any, make_event: Any) -> None:
    order = make_order()
    scan = make_event(order, "consignment.delivered", START_US, point=Location(lat=38.71234, lon=-9.14567).point)
    told = of_event(order, scan, None, None).act
    assert told is not None
    assert told.event_point == "38.7,-9.1"
    assert Location(lat=38.7).point is Location(lon=-9.1).point is None


def test_values_are_unknown_when_any_part_is(make_order: Any) -> None:
    order = make_order(parcel={"declared_value": None, "items": ()})
    fact = of_order(order)
    assert fact.payer.declared_total_eur is None
    assert (fact.parcels[0].goods_eur, fact.parcels[0].item_count) == (None, None)


def test_carriers_are_those_of_the_event_or_else_the_last_known(make_order: Any, make_event: Any) -> None:
    order = make_order()
    scan = make_event(order, "consignment.delivered", START_US, {"courier": b"1" * 16}, has_signature=True)
    told = of_event(order, scan, b"9" * 16, b"8" * 16).act
    assert told is not None
    assert (told.courier, told.depot, told.is_signed, told.is_photographed) == (b"1" * 16, b"8" * 16, True, False)
    claim = of_event(order, make_event(order, "claim.opened", START_US), b"9" * 16, None).act
    assert claim is not None
    assert (claim.courier, claim.is_signed) == (b"9" * 16, None)


def test_a_failed_attempt_counts_as_one(make_order: Any, make_event: Any) -> None:
    order = make_order(payment={"failed_attempts": 4})
    assert of_order(order).failed == 4
    assert of_event(order, make_event(order, "payment.failed_attempt", START_US), None, None).failed == 1
    assert of_event(order, make_event(order, "payment.captured", START_US), None, None).failed == 0


@pytest.mark.parametrize(
    ("kind", "reason", "told", "verdict"),
    [
        ("payment.chargeback", "10.4", None, "fraud"),
        ("payment.chargeback", "4837", None, "fraud"),
        ("payment.chargeback", None, None, "fraud"),
        ("payment.chargeback", "13.1", None, None),
        ("payment.chargeback", "4853", None, None),
        ("payment.chargeback", "product_not_received", None, None),
        ("verdict.recorded", None, "genuine", "genuine"),
    ],
)
def test_a_chargeback_means_fraud_unless_it_says_otherwise(
    make_order: Any, make_event: Any, kind: str, reason: str | None, told: str | None, verdict: str | None
) -> None:
    order = make_order()
    act = of_event(order, make_event(order, kind, START_US, reason_code=reason, verdict=told), None, None).act
    assert act is not None
    assert act.verdict == verdict
