from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.signals.payer import PAYER
from sealane.risk.windows.state import State

DAY = 86_400_000_000
START_US = 1_790_000_000_000_000


def test_payer_signals_are_of_the_payment_side() -> None:
    assert {signal.side for signal in PAYER} == {"payment"}


def test_a_device_is_new_only_to_an_account_with_history(make_fact: Any) -> None:
    state = State(ALL)
    place = ALL.position("checkout", "device_new_to_account")
    seen = []
    for seq, device in enumerate([b"1" * 16, b"1" * 16, b"2" * 16, b"2" * 16], 1):
        fact = make_fact(at=START_US + seq, account=b"a" * 16, device=device)
        seen.append(state.read("checkout", fact)[place or 0])
        state.register(seq, fact)
    assert seen == [None, False, True, False]


def test_the_amount_is_held_against_the_accounts_own_past(make_fact: Any) -> None:
    state = State(ALL)
    place = ALL.position("checkout", "amount_to_account_mean")
    for seq, amount in enumerate([1_000, 3_000], 1):
        state.register(seq, make_fact(at=START_US + seq, account=b"a" * 16, amount_eur=amount))
    fact = make_fact(at=START_US + DAY, account=b"a" * 16, amount_eur=16_000)
    assert state.read("checkout", fact)[place or 0] == 8.0
