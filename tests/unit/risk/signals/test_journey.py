from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.signals.journey import JOURNEY
from sealane.risk.windows.state import State

HOUR = 3_600_000_000
START_US = 1_790_000_000_000_000
OF = {"order_id": "ord_1", "consignment": "cns_1", "account": b"a" * 16}


def values_of(state: State, stage: Any, fact: Any) -> dict[str, Any]:
    return dict(zip([signal.name for signal in ALL.by_stage[stage]], state.read(stage, fact), strict=True))


def test_a_request_is_held_against_the_payers_own_devices_and_places(make_fact: Any) -> None:
    state = State(ALL)
    state.register(1, make_fact(at=START_US, device=b"d" * 16, address=b"h" * 16, **OF))
    state.register(2, make_fact("consignment.label_created", at=START_US + HOUR, device=b"d" * 16, **OF))
    asked = {"actor_device": b"x" * 16, "new_address": b"n" * 16, "device": b"d" * 16, "address": b"h" * 16}
    values = values_of(
        state, "reroute", make_fact("consignment.reroute_requested", at=START_US + 3 * HOUR, **OF, **asked)
    )
    assert values["requester_device_new"] is True
    assert values["requester_device_differs"] is True
    assert values["new_address_new_to_account"] is True
    assert values["requester_phone_new"] is None
    assert values["since_label"] == 2 * HOUR
    assert values["is_handed_over"] is False


def test_a_number_scanned_before_the_order_is_seen(make_fact: Any) -> None:
    state = State(ALL)
    old = {"waybill": "JD01", "order_id": "ord_0", "consignment": "cns_0"}
    state.register(1, make_fact("consignment.handed_over", at=START_US, **old))
    state.register(2, make_fact("consignment.label_created", at=START_US + 1, **old))
    label = make_fact("consignment.label_created", at=START_US + HOUR, placed_us=START_US + HOUR, waybill="JD01", **OF)
    values = values_of(state, "dispatch", label)
    assert values["scan_before_order"] == HOUR
    assert values["other_orders_of_waybill_365d"] == 1


def test_a_return_is_weighed_against_what_was_handed_over(make_fact: Any) -> None:
    state = State(ALL)
    weigh = {"weight_grams": 800, **OF}
    state.register(1, make_fact("consignment.handed_over", at=START_US, event_weight_grams=800, **weigh))
    state.register(2, make_fact("consignment.returned", at=START_US + 1, event_weight_grams=200, **weigh))
    values = values_of(state, "claim", make_fact("claim.opened", at=START_US + 9, claim="return", **weigh))
    assert values["returned_to_handed_over"] == 0.25
    assert values["handed_over_to_ordered"] == 1.0


LISBON, PORTO, SHENZHEN = "38.7,-9.1", "41.2,-8.6", "22.5,114.1"


def test_how_far_a_new_place_is_comes_from_what_carriers_scanned_there(make_fact: Any) -> None:
    state = State(ALL)
    scanned = {"order_id": "ord_0", "consignment": "cns_0"}
    for seq, (postcode, point) in enumerate(((b"l" * 16, LISBON), (b"p" * 16, PORTO), (b"p" * 16, None)), 1):
        told = {"new_postcode": postcode, "event_point": point}
        state.register(seq, make_fact("consignment.delivered", at=START_US + seq, **scanned, **told))
    asked = make_fact("consignment.reroute_requested", at=START_US + HOUR, postcode=b"l" * 16, **OF)
    known = make_fact(
        "consignment.reroute_requested", at=START_US + HOUR, postcode=b"l" * 16, new_postcode=b"p" * 16, **OF
    )
    assert values_of(state, "reroute", asked)["new_place_km"] is None
    assert values_of(state, "reroute", known)["new_place_km"] == 281


def test_how_far_from_its_address_a_delivery_and_from_its_sender_a_return_ended(make_fact: Any) -> None:
    state = State(ALL)
    near = {"new_postcode": b"l" * 16, "event_point": LISBON}
    state.register(1, make_fact("consignment.arrived", at=START_US, order_id="ord_0", consignment="cns_0", **near))
    state.register(2, make_fact("consignment.handed_over", at=START_US + 1, event_point=SHENZHEN, **OF))
    state.register(3, make_fact("consignment.delivered", at=START_US + 2, event_point=PORTO, **OF))
    state.register(4, make_fact("consignment.returned", at=START_US + 3, event_point=SHENZHEN, **OF))
    claim = make_fact("claim.opened", at=START_US + 9, claim="return", postcode=b"l" * 16, **OF)
    values = values_of(state, "claim", claim)
    assert (values["delivered_km"], values["returned_km"]) == (281, 0)


def test_nothing_of_the_way_is_asked_at_checkout_but_the_tracking_number() -> None:
    early = {signal.name for signal in JOURNEY if "checkout" in signal.stages}
    assert early == {"other_orders_of_waybill_365d", "scan_before_order"}
