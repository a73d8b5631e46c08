from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.signals.history import HISTORY
from sealane.risk.windows.state import State

START_US = 1_790_000_000_000_000


def test_places_speak_for_the_consignment_and_payers_for_the_payment() -> None:
    sides = {signal.name: signal.side for signal in HISTORY}
    assert sides["address_frauds_365d"] == "consignment"
    assert sides["card_frauds_365d"] == "payment"


def test_a_chargeback_and_a_verdict_on_one_order_are_one_fraud(make_fact: Any) -> None:
    state = State(ALL)
    told = {"account": b"a" * 16, "address": b"h" * 16, "order_id": "ord_1", "verdict": "fraud"}
    state.register(1, make_fact("payment.chargeback", at=START_US, **told))
    state.register(2, make_fact("verdict.recorded", at=START_US + 1, **told))
    state.register(
        3, make_fact("verdict.recorded", at=START_US + 2, **told | {"order_id": "ord_2", "verdict": "genuine"})
    )
    values = state.read("checkout", make_fact(at=START_US + 9, account=b"a" * 16, address=b"h" * 16))
    by_name = dict(zip([signal.name for signal in ALL.by_stage["checkout"]], values, strict=True))
    assert by_name["account_frauds_365d"] == 1
    assert by_name["address_frauds_365d"] == 1


def test_only_parcels_to_be_paid_on_delivery_count_as_refused(make_fact: Any) -> None:
    state = State(ALL)
    for seq, method in enumerate(["card", "cash_on_delivery"], 1):
        fact = make_fact("consignment.returned", at=START_US + seq, phone=b"p" * 16, method=method)
        state.register(seq, fact)
    values = state.read("checkout", make_fact(at=START_US + 9, phone=b"p" * 16))
    assert values[ALL.position("checkout", "phone_refusals_365d") or 0] == 1
