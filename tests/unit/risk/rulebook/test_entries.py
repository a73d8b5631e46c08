"""Values of a field: one for each consignment that has one, each once."""

from typing import Any

from sealane.risk.facts import FIELD_GROUPS
from sealane.risk.rulebook.entries import LIST_FIELDS, values_of


def test_lists_are_about_fields_of_facts() -> None:
    assert set(LIST_FIELDS) <= set(FIELD_GROUPS)


def test_each_value_counts_once(make_fact: Any) -> None:
    fact = make_fact(parcels=[{"address": b"a"}, {"address": b"b"}, {"address": b"a"}, {}])
    assert values_of(fact, "address") == [b"a", b"b"]
    assert values_of(fact, "courier") == []
