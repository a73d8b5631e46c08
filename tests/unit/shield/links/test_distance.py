import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.shield.links.distance import Neighbours, distance, slips_of

NAMES = ("fedex", "royalmail", "correosexpress")
letters = st.text("abcdefgh", max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [("fedex", "fedex", 0), ("feedex", "fedex", 1), ("fdeex", "fedex", 1), ("fdex", "fedex", 1), ("abc", "xyz", 3)],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other) == slips


@given(letters, letters)
def test_it_is_the_same_both_ways_and_never_more_than_the_longer_text(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one) <= max(len(one), len(other))
    assert (distance(one, other) == 0) == (one == other)


@given(st.sampled_from(NAMES), st.data())
def test_any_one_slip_is_found(name: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from("qzx"))
    near = Neighbours(dict(zip(NAMES, map(slips_of, NAMES), strict=True)))
    for text in (
        name[:place] + name[place + 1 :],
        name[:place] + letter + name[place:],
        name[:place] + letter + name[place + 1 :],
    ):
        assert text == name or near.find(text) == (name, 1)


@given(st.sampled_from(NAMES), st.lists(st.tuples(st.integers(0, 14), st.sampled_from("aelxs-")), max_size=3))
def test_what_is_found_is_what_measuring_every_name_finds(name: str, slips: list[tuple[int, str]]) -> None:
    text = name
    for place, letter in slips:
        text = text[:place] + letter + text[place + (letter != "-") :]
    found = Neighbours({each: slips_of(each) for each in NAMES}).find(text)
    measured = {each: distance(text, each) for each in NAMES}
    within = {each: count for each, count in measured.items() if count <= slips_of(each)}
    assert found == (None if 0 in measured.values() or not within else min(within.items(), key=lambda pair: pair[1]))


@given(letters, letters, st.integers(0, 3))
def test_a_count_that_stops_early_is_right_up_to_there(one: str, other: str, most: int) -> None:
    assert distance(one, other, most=most) == min(distance(one, other), most + 1)


def test_the_name_itself_and_far_texts_are_not_near() -> None:
    near = Neighbours(dict(zip(NAMES, map(slips_of, NAMES), strict=True)))
    assert near.find("fedex") is None
    assert near.find("weather") is None
    assert near.find("correosexpresxx") == ("correosexpress", 2)
