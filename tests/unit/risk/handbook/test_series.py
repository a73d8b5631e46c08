import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sealane.risk.handbook.series import Series

EVENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(-5, 90)), min_size=1, max_size=40)


@given(EVENTS, st.integers(1, 40))
def test_windows_are_what_a_plain_count_gives_ties_and_edges_included(
    events: list[tuple[int, int, int]], width: int
) -> None:
    keys, times, values = (np.array(column) for column in zip(*events, strict=True))
    series = Series(keys, times)
    totals = series.totals(values)
    end, start = series.places(keys, times), series.places(keys, times - width)
    for at, (key, now, _) in enumerate(events):
        inside = [value for other, when, value in events if other == key and now - width <= when < now]
        assert end[at] - start[at] == len(inside)
        assert totals[end[at]] - totals[start[at]] == sum(inside)
