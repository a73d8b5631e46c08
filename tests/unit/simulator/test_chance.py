from collections import Counter
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from sealane.simulator.chance import Deck, Ladder, Stream, Weighted


def test_a_stream_is_named_by_its_seed() -> None:
    assert [Stream("7/people").random() for _ in range(2)] == [Stream("7/people").random()] * 2
    assert Stream("7/people").random() != Stream("7/places").random()


def test_a_deck_deals_exact_shares_in_every_round() -> None:
    deck = Deck(Stream("1"), {"gift": 0.05, "lost": 0.0013}, "")
    for _ in range(2):
        dealt = Counter(deck.deal() for _ in range(Deck.ROUND))
        assert dealt == {"gift": 500, "lost": 13, "": 9_487}


def test_a_deck_is_shuffled() -> None:
    dealt = [Deck(Stream("1"), {"gift": 0.5}, "").deal() for _ in range(1)]
    deck = Deck(Stream("1"), {"gift": 0.5}, "")
    first = [deck.deal() for _ in range(1_000)]
    assert dealt[0] == first[0]
    assert 400 < first.count("gift") < 600


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.floats(0.01, 100), min_size=1), st.integers(0, 99))
def test_weighted_picks_only_its_options(weights: dict[str, float], seed: int) -> None:
    assert Weighted(weights).pick(Stream(str(seed))) in weights


def test_weighted_keeps_proportions() -> None:
    stream, options = Stream("1"), Weighted({"a": 3, "b": 1})
    picked = Counter(options.pick(stream) for _ in range(4_000))
    assert 2.5 < picked["a"] / picked["b"] < 3.6


@given(st.integers(-5, 5), st.integers(0, 9), st.integers(0, 99))
def test_between_includes_both_ends(low: int, width: int, seed: int) -> None:
    assert low <= Stream(str(seed)).between(low, low + width) <= low + width


def test_lognormal_has_its_median() -> None:
    stream = Stream("1")
    assert 9.0 < median(stream.lognormal(10.0, 0.8) for _ in range(4_000)) < 11.0


def test_a_ladder_keeps_median_and_tail_in_every_hundred() -> None:
    ladder = Ladder(Stream("1"), 30.0, 0.843)
    for _ in range(3):
        drawn = sorted(ladder.draw() for _ in range(Ladder.RUNGS))
        assert drawn[49] < 30.0 < drawn[50]
        assert drawn[94] < 120.1 < drawn[95]


def test_codes_have_their_length() -> None:
    assert len(Stream("1").code(16)) == 16
    assert Stream("1").digits(6).isdigit()
    assert len(Stream("1").digits(6)) == 6
