from collections.abc import Iterator

import numpy as np
import pytest

from sealane.model.errors import InvalidInput
from sealane.risk.learning import training
from sealane.risk.learning.costs import default_costs
from sealane.risk.learning.replay import Judged
from sealane.risk.learning.table import Table, tabulate
from sealane.risk.learning.training import Recipe, rounds_of, train
from sealane.risk.signals import ALL
from worlds import learned, small_table


@pytest.fixture(autouse=True)
def few_rounds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(training.POOLED, "rounds", 8)
    monkeypatch.setitem(training.OWN, "rounds", 8)
    return


def test_a_model_comes_with_its_stages_measured_and_the_same_again() -> None:
    done: list[int] = []
    first = train([small_table()], Recipe(default_costs()), lambda: done.append(1))
    assert first == train([small_table()], Recipe(default_costs()))
    assert max(made.measured.get("auc_roc", 0.0) for made in first.stages.values()) > 0.7
    assert all(made.rows > 0 for made in first.stages.values())
    assert any("too few" in note for note in first.notes)
    assert 0 < len(done) <= rounds_of()


def test_one_side_alone_reads_its_own_signals_only() -> None:
    made = train([small_table()], Recipe(default_costs(), "payment"))
    assert {ALL.by_name[name].side for name in made.signals} == {"payment"}


def test_without_known_frauds_nothing_is_learned() -> None:
    silent = tabulate((each for each in learned()[0] if not isinstance(each, Judged)), Table(ALL))
    with pytest.raises(InvalidInput, match="No order is known as a fraud"):
        train([silent], Recipe(default_costs()))


def test_frauds_alone_teach_nothing() -> None:
    rows = [each for each in learned()[0] if not isinstance(each, Judged)][:200]
    end = rows[-1].observed_us
    judged = [Judged(each.order_id, end + place + 1, is_fraud=True) for place, each in enumerate(rows)]
    with pytest.raises(InvalidInput, match="Every order is known as a fraud"):
        train([tabulate([*rows, *judged], Table(ALL))], Recipe(default_costs()))


def test_few_known_frauds_leave_the_judgement_to_the_scorecard() -> None:
    rows = [each for each in learned()[0] if not isinstance(each, Judged)][:400]
    end = rows[-1].observed_us
    judged = [Judged(each.order_id, end + place + 1, is_fraud=True) for place, each in enumerate(rows[:3])]
    made = train([tabulate([*rows, *judged], Table(ALL))], Recipe(default_costs()))
    assert made.pooled == ""
    assert made.name == "scorecard"
    assert "the published scorecard judges every stage" in made.notes[0]


def test_several_worlds_teach_one_model_with_one_numbering_of_texts() -> None:
    first = small_table()
    second = tabulate(learned()[0], Table(ALL, first.categories, is_open=True))
    made = train([first, second], Recipe(default_costs()))
    alone = train([first], Recipe(default_costs()))
    assert made.categories == alone.categories
    assert made.stages["checkout"].rows == 2 * alone.stages["checkout"].rows


def test_the_last_of_several_worlds_is_held_back_whole() -> None:
    first = small_table()
    second = tabulate(learned()[0], Table(ALL, first.categories, is_open=True))
    checkout = train([first, second], Recipe(default_costs())).stages["checkout"]
    held = sum(count for _, _, count in checkout.reliability)
    assert held == checkout.rows / 2


def test_a_stage_that_no_order_came_to_is_left_to_the_scorecard() -> None:
    rows = [each for each in learned()[0] if isinstance(each, Judged) or each.stage != "payout"]
    made = train([tabulate(rows, Table(ALL))], Recipe(default_costs()))
    assert list(made.stages) == ["checkout", "dispatch", "reroute", "claim"]
    assert any(note.startswith("payout: no order came to it") for note in made.notes)


def test_the_fewer_frauds_taught_the_more_a_stage_leans_on_the_scorecard() -> None:
    recipe = Recipe(default_costs())
    assert recipe.leaning(0) == 1
    assert recipe.leaning(25) > recipe.leaning(2_500) > 0
    assert Recipe(default_costs(), lean=0.25).leaning(2_500) == 0.25
    made = train([small_table()], recipe)
    assert all(stage.lean == recipe.leaning(stage.frauds) for stage in made.stages.values())


def test_the_least_cut_off_counts_a_suspect_as_little_of_an_honest_one() -> None:
    plain = np.full(98, 0.01)
    assert training._least(np.append(plain, [0.5, 0.6]), 0.02) == 0.01
    # Ten that nobody reported, all but sure, are no reason to let everybody pass.
    assert training._least(np.append(plain, np.full(10, 0.99)), 0.02) == 0.01
    assert training._least(np.append(plain, np.full(10, 0.2)), 0.02) == 0.2
    assert training._least(plain, 1) == training._least(np.zeros(0), 0.02) == 0
