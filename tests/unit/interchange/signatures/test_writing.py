from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.interchange.signatures.fields import Date, DisplayText, FieldSyntaxError, Token, parse_item
from sealane.interchange.signatures.writing import write_dictionary, write_item, write_list

values = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.booleans(),
    st.binary(max_size=20),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
    st.builds(DisplayText, st.text(st.characters(codec="utf-8"), max_size=20)),
    st.builds(Date, st.integers(-(10**9), 10**11)),
    st.just(Token("a/b:c")),
)


@given(values, st.dictionaries(st.from_regex(r"[a-z*][a-z0-9_.*-]{0,8}", fullmatch=True), values, max_size=3))
def test_what_is_written_is_read_as_the_same(value: Any, parameters: dict[str, Any]) -> None:
    assert parse_item(write_item((value, parameters))) == (value, parameters)


def test_lists_and_dictionaries() -> None:
    assert write_list([([("a", {})], {"q": Decimal("0.5")}), (True, {})]) == '("a");q=0.5, ?1'
    assert write_dictionary({"a": (True, {"b": 1}), "c": (b"x", {})}) == "a;b=1, c=:eA==:"


@pytest.mark.parametrize("value", [10**15, Decimal(10) ** 12, "\u00e9", Token("1 2"), None])
def test_what_cannot_be_written_is_refused(value: Any) -> None:
    with pytest.raises(FieldSyntaxError):
        write_item((value, {}))
