from msgspec.structs import replace

from matchable import event, matchable
from sealane.interchange.matching.mismatch import TERMS
from sealane.interchange.matching.waybill import match_waybills
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.sealed import ConsignmentTraits, EventSeal

HANDED = "consignment.handed_over"
DELIVERED = "consignment.delivered"


def codes(*events: Event, order: Order | None = None) -> list[str]:
    return [each.code for each in match_waybills(order or matchable(), events, TERMS)]


def test_scales_may_differ_a_little() -> None:
    assert codes(event(HANDED, weight_grams=980)) == []
    assert codes(event(HANDED, weight_grams=2_400)) == ["weight-differs"]
    assert codes(event("consignment.returned", weight_grams=2_400)) == []


def test_a_delivery_elsewhere_is_said_unless_it_was_wished_for() -> None:
    abroad = event(DELIVERED, 50, country="ZA")
    assert codes(abroad) == ["country-differs"]
    assert codes(event("consignment.reroute_requested", 20), abroad) == []
    near = event(DELIVERED, 50, country="PT", seal=EventSeal("rec", postcode=b"other"))
    assert codes(near) == ["postcode-differs"]
    assert codes(event(DELIVERED, 50, country="PT", seal=EventSeal("rec", postcode=b"home"))) == []
    assert codes(event(DELIVERED, 50)) == []


def test_times_that_cannot_be() -> None:
    assert codes(event(HANDED, -30)) == ["waybill-before-order"]
    assert codes(event(HANDED, -0.5)) == []
    assert codes(event(DELIVERED, 5), event(HANDED, 10)) == ["delivered-before-handover"]
    assert codes(event(HANDED, 5), event(DELIVERED, 10)) == []


def test_hours_are_hours_whatever_skew_is_borne() -> None:
    lax = replace(TERMS, skew_us=2 * TERMS.skew_us)
    (found,) = match_waybills(matchable(), [event(HANDED, -30)], lax)
    assert found.found == "30 h before it"


def test_one_waybill_for_two_parcels() -> None:
    order = matchable()
    first = replace(order.consignments[0], tracking_number="RB123456785GB")
    seal = replace(
        order.seal,
        consignment_links=order.seal.consignment_links * 2,
        consignment_traits=order.seal.consignment_traits * 2,
    )
    both = replace(order, consignments=(first, replace(first, consignment_id="cns_2")), seal=seal)
    assert codes(order=both) == ["number-shared", "number-shared"]


def test_payer_buyer_and_consignee_without_anything_in_common() -> None:
    order = matchable()
    traits = replace(order.seal.traits, billing_name_matches=False)
    stranger = ConsignmentTraits(name_matches_payer=False, address_matches_billing=False)
    alone = replace(order, seal=replace(order.seal, traits=traits, consignment_traits=(stranger,)))
    assert codes(order=alone) == ["parties-differ"]
    known = replace(stranger, phone_matches_payer=True)
    assert codes(order=replace(order, seal=replace(order.seal, traits=traits, consignment_traits=(known,)))) == []
    gift = replace(order, seal=replace(order.seal, consignment_traits=(stranger,)))
    assert codes(order=gift) == []
