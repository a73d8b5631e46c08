from sealane.supervision.incidents.record import REGIME_NAMES, Incident
from sealane.supervision.incidents.regimes import REGIMES, Waits


def test_there_are_thirteen_regimes_each_with_whom_it_binds_and_its_source() -> None:
    assert tuple(REGIMES) == REGIME_NAMES
    assert len(REGIMES) == 13
    for rule in REGIMES.values():
        assert rule.binds
        assert rule.source
        assert len({stage.name for stage in rule.stages}) == len(rule.stages)


def test_a_clock_without_its_event_says_what_it_waits_for() -> None:
    bare = Incident("inc_1", "pty_1", "t", "breach", "PT", REGIME_NAMES, {})
    for rule in REGIMES.values():
        for stage in rule.stages:
            span = stage.rule(bare)
            assert span is None or isinstance(span, Waits)
