from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.windows.heads import add_waiting, key_of
from sealane.risk.windows.state import State

START_US = 1_790_000_000_000_000


def test_a_key_with_an_unknown_part_is_no_key(make_fact: Any) -> None:
    fact = make_fact(account=b"a" * 16)
    assert key_of(fact, fact.parcels[0], ("account",)) == (b"a" * 16,)
    assert key_of(fact, fact.parcels[0], ("account", "address")) is None


def test_a_request_finds_who_shipped_to_the_new_address(make_fact: Any) -> None:
    state = State(ALL)
    state.register(1, make_fact(address=b"n" * 16))
    asked = make_fact("consignment.reroute_requested", at=START_US + 1, address=b"h" * 16, new_address=b"n" * 16)
    _, (heads,) = state.observe(asked)
    assert heads["address@new_address"] == 1
    assert "address" not in heads


def test_a_waiting_fact_stands_before_the_cells(make_fact: Any) -> None:
    earlier, fact = make_fact(card=b"c" * 16), make_fact(card=b"c" * 16)
    heads = {"card": 3}
    card = ("card",)
    waiting = [(7, earlier, frozenset({card})), (8, earlier, frozenset())]
    add_waiting(heads, (fact, fact.parcels[0]), [(card, card)], waiting)
    assert heads == {"card": 7}
