import random
from pathlib import Path

from contradictions import CONTRADICTIONS, honest_cases, noisy
from matchable import event, matchable
from sealane.interchange.matching.comparing import match


def test_an_order_as_it_should_be_and_one_with_two_contradictions() -> None:
    good = [event("payment.captured", minor=12_990), event("consignment.delivered", 90, country="PT")]
    assert match(matchable(), good) == ()
    bad = [event("payment.captured", minor=40_000), event("consignment.delivered", 90, country="ZA")]
    assert [each.code for each in match(matchable(), bad)] == ["captured-more", "country-differs"]
    assert match(matchable(), bad) == match(matchable(), reversed(bad))


def test_contradictions_are_found_and_noise_is_not_in_a_small_world(tmp_path: Path) -> None:
    """The short form of bench/matching.py: recall at least 99 %, and no false mismatch among these few."""
    cases, chance = honest_cases(tmp_path / "lane", 60), random.Random(3)
    assert len(cases) > 40
    assert not [found for case in cases for _ in range(3) if (found := match(*noisy(case, chance)))]
    hits = []
    for name, put in CONTRADICTIONS.items():
        made = [each for case in cases if (each := put(*noisy(case, chance), chance)) is not None]
        hits += [any(found.code == name.partition(",")[0] for found in match(*each)) for each in made]
    assert sum(hits) / len(hits) >= 0.99
