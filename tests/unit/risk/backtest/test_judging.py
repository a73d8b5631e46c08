from sealane.risk import default_policy
from sealane.risk.backtest.judging import fates_of, judge, traits_of
from sealane.risk.learning.replay import Judged, Sighting
from worlds import learned


def test_an_order_that_never_settled_and_was_never_judged_is_unknown() -> None:
    known, facts = learned()
    traits = traits_of(facts)
    fates = fates_of(known, traits)
    judged = {each.order_id for each in known if isinstance(each, Judged)}
    assert set(fates) == set(traits)
    for order, fate in fates.items():
        if order not in judged:
            assert fate == ("genuine" if traits[order].is_settled else "unknown")
    assert {"fraud", "genuine", "unknown"} == set(fates.values())


def test_every_row_is_judged_by_todays_policy() -> None:
    rows = [each for each in learned()[0] if isinstance(each, Sighting)][:300]
    made = judge(rows, default_policy())
    assert [(each.order_id, each.stage) for each in made] == [(each.order_id, each.stage) for each in rows]
    assert {each.outcome for each in made} > {"approve"}
