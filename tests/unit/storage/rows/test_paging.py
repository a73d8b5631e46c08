import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import InvalidInput
from sealane.storage.rows.paging import Page, decode_cursor, encode_cursor


def test_a_cursor_is_short_text_that_fits_an_address() -> None:
    assert encode_cursor((1790000000000000, "ord_1")) == "ks8ABlv-2iXgAKVvcmRfMQ"


@given(st.integers(-(2**63), 2**63 - 1), st.text(max_size=40))
def test_a_cursor_comes_back_as_it_went(micros: int, name: str) -> None:
    cursor = encode_cursor((micros, name))
    assert decode_cursor(cursor, tuple[int, str]) == (micros, name)
    assert "=" not in cursor


@given(st.text(max_size=60))
def test_any_other_text_is_refused_or_has_the_shape(cursor: str) -> None:
    try:
        position = decode_cursor(cursor, tuple[int, str])
    except InvalidInput:
        return
    assert list(map(type, position)) == [int, str]


@pytest.mark.parametrize("cursor", ["", "x", "!!!", "kwECAw", encode_cursor(("a", 1)), encode_cursor((1,)), "é"])
def test_cursors_of_other_lists_are_refused(cursor: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode_cursor(cursor, tuple[int, str])
    assert refusal.value.errors[0].pointer == "/cursor"
    assert "without a cursor" in refusal.value.advice


def test_a_page_holds_items_and_where_to_go_on() -> None:
    assert Page((1, 2), None) == Page((1, 2), None)
    assert Page((1,), "abc").next_cursor == "abc"
