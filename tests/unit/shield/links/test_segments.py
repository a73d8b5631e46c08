from sealane.shield.links.segments import split
from sealane.shield.links.vocabulary import fold


def test_words_beside_a_brand_are_taken_apart() -> None:
    assert split((fold("my"), fold("tracking"))).is_known
    assert split((fold("mytracking2024"),)).lures
    assert not split(("zqzqzqzq",)).is_known
    assert split(()).is_known
    assert not split(()).lures


def test_two_letters_to_spare_beside_a_lure_but_not_alone() -> None:
    assert split((fold("xqdelivery"),)).is_known
    assert not split((fold("xqdelivery"),), spare=0).is_known
    assert not split(("zq",)).is_known
