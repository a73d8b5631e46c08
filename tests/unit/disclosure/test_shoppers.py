"""The shopper's link: made from the order and the key, and from nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.disclosure.shoppers import order_of, token_of
from sealane.keys.blinding import Blinder
from sealane.model.errors import NotFound
from sealane.model.ids import new_id

BLINDER = Blinder(b"s" * 32)
ORDER = new_id("ord")


def test_a_token_leads_to_its_order_and_carries_128_bits() -> None:
    token = token_of(BLINDER, ORDER)
    assert order_of(BLINDER, token) == ORDER
    assert len(token) == 26 + 22


@given(st.text(max_size=60))
def test_what_we_did_not_make_leads_nowhere(token: str) -> None:
    with pytest.raises(NotFound):
        order_of(BLINDER, token)


def test_no_character_may_change_and_no_other_key_fits() -> None:
    token = token_of(BLINDER, ORDER)
    for position, sign in enumerate(token):
        changed = token[:position] + ("0" if sign != "0" else "1") + token[position + 1 :]
        with pytest.raises(NotFound):
            order_of(BLINDER, changed)
    with pytest.raises(NotFound):
        order_of(Blinder(b"t" * 32), token)
