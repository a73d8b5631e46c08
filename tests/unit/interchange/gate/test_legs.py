import pytest

from sealane.interchange.gate.legs import FIELDS, LEGS, minimise
from sealane.model.errors import SchemaMismatch


def test_every_leg_keeps_what_it_needs_only() -> None:
    for leg, needed in LEGS.items():
        kept, surplus = minimise(leg, dict.fromkeys(FIELDS, "x"))  # type: ignore[arg-type]  # the keys are legs
        assert set(kept) == needed <= FIELDS
        assert set(surplus) == FIELDS - needed
        assert not {"card", "card_last4", "email", "ip", "device", "billing_address"} & set(kept)


def test_surplus_is_refused_where_asked_and_the_unknown_always() -> None:
    with pytest.raises(SchemaMismatch) as refusal:
        minimise("linehaul", {"email": "x", "weight": 1}, "refuse")
    assert [each.pointer for each in refusal.value.errors] == ["/fields/email"]
    with pytest.raises(SchemaMismatch):
        minimise("linehaul", {"shoe_size": 1})
