from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.signals.parcel import PARCEL
from sealane.risk.windows.state import State

START_US = 1_790_000_000_000_000


def values_of(state: State, fact: Any) -> dict[str, Any]:
    return dict(zip([signal.name for signal in ALL.by_stage["checkout"]], state.read("checkout", fact), strict=True))


def test_cards_and_names_are_told_apart_at_one_address(make_fact: Any) -> None:
    state = State(ALL)
    for seq in range(1, 6):
        of = {"card": bytes([seq]) * 16, "consignee": bytes([seq % 2]) * 16, "account": bytes([seq]) * 16}
        state.register(seq, make_fact(at=START_US + seq, address=b"h" * 16, **of))
    values = values_of(state, make_fact(at=START_US + 9, address=b"h" * 16, card=b"\1" * 16))
    assert values["cards_per_address_30d"] == 5
    assert values["other_cards_at_address_365d"] == 4
    assert values["names_per_address_30d"] == 2


def test_the_worst_of_several_consignments_stands(make_fact: Any) -> None:
    state = State(ALL)
    parcels = [
        {"address_matches_billing": True, "has_suite_code": False, "declared_eur": 100},
        {"address_matches_billing": False, "has_suite_code": True, "declared_eur": 900},
    ]
    values = values_of(state, make_fact(parcels=parcels))
    assert values["address_matches_billing"] is False
    assert values["has_suite_code"] is True
    assert values["declared_value"] == 900


def test_a_digital_order_has_no_consignment_to_speak_of(make_fact: Any) -> None:
    values = values_of(State(ALL), make_fact(parcels=[]))
    assert values["consignee_country"] is None
    assert values["crosses_border"] is None


def test_all_three_sides_are_there() -> None:
    assert {signal.side for signal in PARCEL} == {"consignment", "joint"}
