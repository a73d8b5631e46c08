import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.web.console.charts import Share, bars, panel, score_bar, share_of

counts = st.integers(1, 10**7).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
shares = st.lists(st.one_of(st.none(), counts.map(lambda pair: share_of(*pair))), max_size=60)


@given(counts)
def test_an_interval_holds_its_share_and_stays_within_bounds(pair: tuple[int, int]) -> None:
    share = share_of(*pair)
    assert share is not None
    assert 0 <= share.low <= share.share + 1e-12
    assert share.share - 1e-12 <= share.high <= 1


def test_the_interval_is_wilsons() -> None:
    share = share_of(10, 100)
    assert share is not None
    assert (share.low, share.high) == pytest.approx((0.05522914, 0.17436566), abs=1e-8)


def test_nothing_to_share_is_no_share() -> None:
    assert share_of(0, 0) is None


@given(shares)
def test_a_panel_draws_only_numbers_inside_its_box(points: list[Share | None]) -> None:
    drawn = panel(points)
    for path in (drawn.line, drawn.band):
        assert re.fullmatch(r"[ML0-9. Z]*", path)
        assert all(0 <= float(number) <= 100 for number in re.findall(r"[0-9.]+", path))
    assert [y for y, _ in drawn.grid] in ([100, 50, 0], [])
    assert bool(drawn.grid) == any(share and share.count for share in points)


def test_a_line_breaks_where_nothing_is_known() -> None:
    some = share_of(1, 50)
    drawn = panel([some, some, None, some, None, some, some])
    assert drawn.line.count("M") == 2
    assert drawn.whole == share_of(5, 250)


def test_bands_of_tiny_samples_do_not_flatten_the_line() -> None:
    drawn = panel([share_of(1, 1000), share_of(0, 2), share_of(2, 1000)])
    assert drawn.grid[-1][1] <= 0.01


@given(st.floats(0, 1))
def test_a_score_stands_in_the_band_of_its_outcome(score: float) -> None:
    drawn = score_bar(score, (("challenge", 0.02), ("review", 0.12), ("decline", 0.55)))
    band = [band for band in drawn.bands if band.from_score <= score][-1]
    assert band.x - 0.02 <= drawn.x <= band.x + band.width + 0.02
    assert sum(band.width for band in drawn.bands) == pytest.approx(100, abs=0.05)


def test_figures_of_close_edges_keep_clear_of_each_other() -> None:
    drawn = score_bar(0.5, (("challenge", 0.05), ("review", 0.1), ("decline", 0.6)))
    assert [band.anchor for band in drawn.bands[1:]] == ["end", "start", "middle"]


@given(st.lists(st.floats(-20, 20), max_size=12))
def test_bars_grow_from_the_middle_to_their_side(weights: list[float]) -> None:
    for weight, bar in zip(weights, bars(weights), strict=True):
        assert 0 <= bar.width <= 50
        assert bar.side == ("lowers" if weight < 0 else "raises")
        assert bar.x + bar.width == pytest.approx(50, abs=0.02) if weight < 0 else bar.x == 50
