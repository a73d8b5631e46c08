"""What a fact adds to its keys' cells."""

from typing import Any

from sealane.risk.shared.members import Members, value_bytes
from sealane.risk.shared.mending import Plan

AT = 1_790_000_000_000_000


def test_an_order_touches_its_keys_and_names_itself_their_last_fact(plan: Plan, make_fact: Any) -> None:
    fact = make_fact(at=AT, card=b"c" * 16, amount_eur=500, failed=2, account=None, device=None)
    added = Members(plan.shapes).of(812, fact)
    members = added["card", b"c" * 16]
    assert members[0] == b"zzx17900000000000000000000000000812"
    attempts = [member for member in members if member.endswith(b":2")]
    assert [member[2:37] for member in attempts] == [b"t1790000000000000000000000000081200"[:35]]
    assert ("device", None) not in added


def test_a_value_is_told_by_its_bytes(plan: Plan, make_fact: Any) -> None:
    fact = make_fact(at=AT, card=b"c" * 16, address=b"a" * 16)
    members = Members(plan.shapes).of(1, fact)["card", b"c" * 16]
    assert any(member[2:3] == b"d" and member.endswith(value_bytes(b"a" * 16)) for member in members)


def test_an_unknown_newest_value_differs_from_none(plan: Plan, make_fact: Any) -> None:
    scan = make_fact("consignment.handed_over", at=AT, consignment="cns_1", event_weight_grams=None)
    told = Members(plan.shapes).of(1, scan)["consignment", "cns_1"]
    newest = [member for member in told if member[2:3] == b"x" and not member.startswith(b"zz")]
    assert newest
    assert all(member.endswith(b"c0") for member in newest)
    other = Members(plan.shapes).of(1, make_fact("consignment.label_created", at=AT, consignment="cns_1"))
    assert len(other["consignment", "cns_1"]) < len(told)
