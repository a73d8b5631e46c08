from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.signals.merchant import MERCHANT
from sealane.risk.windows.state import State

START_US = 1_790_000_000_000_000


def test_a_share_of_few_orders_is_unknown(make_fact: Any) -> None:
    state = State(ALL)
    for seq in range(1, 31):
        state.register(seq, make_fact("consignment.label_created", at=START_US + seq, consignment=f"cns_{seq}"))
        if seq == 15:
            assert share(state, make_fact("payout.requested", at=START_US + seq)) is None
    for seq in range(31, 37):
        state.register(seq, make_fact("consignment.handed_over", at=START_US + seq, consignment=f"cns_{seq}"))
    assert share(state, make_fact("payout.requested", at=START_US + 99)) == 6 / 30


def share(state: State, fact: Any) -> Any:
    return state.read("payout", fact)[ALL.position("payout", "merchant_handover_share") or 0]


def test_what_is_paid_for_is_held_against_what_moves() -> None:
    assert {signal.side for signal in MERCHANT} == {"payment", "consignment", "joint"}
