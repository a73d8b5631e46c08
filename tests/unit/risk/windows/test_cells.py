from hypothesis import given
from hypothesis import strategies as st

from sealane.risk.windows.cells import MANY, Cells, expire
from sealane.risk.windows.layout import Shape, Slot

SHAPE = Shape(("card",), (Slot("orders", "last", "account", 100), Slot("orders", "times", "", 100)))
LAST = SHAPE.positions["orders", "last", "account"]


def test_a_fresh_cell_knows_nothing_and_shares_nothing_that_changes() -> None:
    cells = Cells(SHAPE)
    one, two = cells.fresh("one"), cells.fresh("two")
    one[LAST] = {"a": 1}
    assert two[LAST] == {}
    assert cells.find("two") is two
    assert cells.find("three") is None


@given(st.dictionaries(st.binary(min_size=16, max_size=16), st.integers(0, 2**60), max_size=30))
def test_a_cell_thaws_as_it_was_frozen(seen: dict[bytes, int]) -> None:
    cells = Cells(SHAPE)
    last = dict(sorted(seen.items(), key=lambda item: item[1]))
    cell = cells.fresh("key")
    cell[0] = 7
    cell[LAST : LAST + 2] = last, list(last.values()) if len(last) > MANY else None
    cell[LAST + 2] = sorted(seen.values())
    cells.cold["key"] = cells.freeze(cell)
    cells.hot.clear()
    assert cells.find("key") == cell
    assert list(cells.hot["key"][LAST]) == list(last)


@given(st.lists(st.integers(0, 100), max_size=30), st.integers(0, 101))
def test_what_was_last_seen_before_the_bound_goes(times: list[int], bound: int) -> None:
    times.sort()
    for lasts in (list(times), None):
        last = dict(enumerate(times))
        expire(last, lasts, bound)
        assert last == {value: when for value, when in enumerate(times) if when >= bound}
        assert lasts is None or lasts == list(last.values())
