import math

import pytest

from sealane.model.errors import Misconfigured
from sealane.risk.policy import default_text
from sealane.risk.scorecard import Scorecard, thousandths
from sealane.risk.signals import ALL

HEAD = 'version = "1"\n[base]\ncheckout = -3.5\ndispatch = -4\nreroute = -3\npayout = -3\nclaim = -2\n'


def card(signal: str, *bins: str, stages: str = "") -> str:
    return f'{HEAD}[[evidence]]\nsignal = "{signal}"\n{stages}\nbin = [{", ".join(f"{{ {one} }}" for one in bins)}]\n'


def found(text: str, stage: str, **values: object) -> list[str]:
    scorecard = Scorecard(text, ALL)
    row = tuple(values.get(signal.name) for signal in ALL.by_stage[stage])  # type: ignore[index]  # stages by name
    return [scorecard.reasons[number].code for number in scorecard.scorer(stage)(row)]  # type: ignore[arg-type]


HIGH = 'at_least = 5, points = 0.9, code = "high", text = "High."'
SOME = 'at_least = 2, points = 0.4, code = "some", text = "Some."'


def test_the_first_bin_that_fits_counts() -> None:
    text = card("card_orders_1h", HIGH, SOME)
    assert found(text, "checkout", card_orders_1h=7) == ["high"]
    assert found(text, "checkout", card_orders_1h=5) == ["high"]
    assert found(text, "checkout", card_orders_1h=4) == ["some"]
    assert found(text, "checkout", card_orders_1h=1) == []
    assert found(text, "checkout") == []


@pytest.mark.parametrize(
    ("signal", "test", "yes", "no"),
    [
        ("account_age", 'below = "24h"', 86_399_999_999, 86_400_000_000),
        ("avs", 'equals = "N"', "N", "Y"),
        ("avs", 'among = ["A", "Z"]', "Z", "Y"),
        ("device_new_to_account", "equals = false", False, True),
        ("amount_to_account_mean", "at_least = 4", 4.0, 3.9),
        ("amount", "at_least = 100, below = 200", 150, 200),
    ],
)
def test_bins_test_what_the_signal_is(signal: str, test: str, yes: object, no: object) -> None:
    text = card(signal, f'{test}, points = 1, code = "bin", text = "Bin."')
    assert found(text, "checkout", **{signal: yes}) == ["bin"]
    assert found(text, "checkout", **{signal: no}) == []


def test_evidence_may_be_limited_to_stages() -> None:
    text = card("account_orders_365d", SOME, stages='stages = ["claim"]')
    assert found(text, "claim", account_orders_365d=3) == ["some"]
    assert found(text, "checkout", account_orders_365d=3) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("version = ", "not valid"),
        (HEAD, "not valid"),
        (card("colour", SOME), "no signal"),
        (card("card_orders_1h", SOME, SOME), "twice"),
        (card("card_orders_1h", 'points = 1, code = "bin", text = "B."'), "tests nothing"),
        (card("card_orders_1h", 'at_least = 1.5, points = 1, code = "bin", text = "B."'), "no int"),
        (card("card_orders_1h", 'equals = true, points = 1, code = "bin", text = "B."'), "compares int"),
        (card("avs", 'at_least = 1, points = 1, code = "bin", text = "B."'), "no string"),
        (card("card_orders_1h", 'among = ["x"], points = 1, code = "bin", text = "B."'), "with texts"),
        (card("account_age", 'below = "tomorrow", points = 1, code = "bin", text = "B."'), "write 24h"),
        (card("card_orders_1h", 'at_least = 1, points = 1.2345, code = "bin", text = "B."'), "three decimals"),
        (card("card_orders_1h", SOME).replace("claim = -2", ""), "no base"),
    ],
)
def test_a_wrong_scorecard_is_refused(text: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        Scorecard(text, ALL)


def test_points_are_whole_thousandths() -> None:
    assert [thousandths(points) for points in (0.35, -1.2, 2, 0.001)] == [350, -1200, 2000, 1]
    for points in (math.inf, math.nan, 21.0):
        with pytest.raises(Misconfigured):
            thousandths(points)


def test_the_scorecard_that_ships_rests_near_the_base_rate() -> None:
    scorecard = Scorecard(default_text("scorecard"), ALL)
    assert 1 / (1 + math.exp(-scorecard.base["checkout"] / 1000)) == pytest.approx(0.03, abs=0.01)
    assert len(scorecard.reasons) >= 150
    assert all(reason.text.endswith(".") for reason in scorecard.reasons)
