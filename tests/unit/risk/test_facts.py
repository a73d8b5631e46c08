from typing import Any

import msgspec
import pytest

from sealane.risk.facts import FIELD_GROUPS, NOWHERE, STAGE_OF, Act, Fact, Parcel, Payer, decode, encode, field_of


def test_every_field_has_one_name_in_one_record() -> None:
    members = [field for record in (Fact, Payer, Parcel, Act) for field in record.__struct_fields__]
    assert len(members) == len(set(members))
    assert set(FIELD_GROUPS) == set(members) - {"payer", "parcels", "act"}


def test_fields_are_found_by_name(make_fact: Any) -> None:
    fact = make_fact("claim.opened", account=b"a" * 16, address=b"h" * 16, claim="return")
    parcel = fact.parcels[0]
    found = [field_of(fact, parcel, field) for field in ("kind", "account", "address", "claim")]
    assert found == ["claim.opened", b"a" * 16, b"h" * 16, "return"]
    assert field_of(make_fact(), NOWHERE, "claim") is None


def test_facts_survive_their_bytes(make_fact: Any) -> None:
    fact = make_fact("claim.opened", account=b"a" * 16, address=b"h" * 16, claim="return")
    assert decode(encode(fact)) == fact
    with pytest.raises(msgspec.DecodeError):
        decode(b"\x90")


def test_four_kinds_of_event_get_a_decision_and_the_order_does() -> None:
    assert sorted(STAGE_OF.values()) == ["checkout", "claim", "dispatch", "payout", "reroute"]
