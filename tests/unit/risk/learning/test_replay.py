from sealane.risk.facts import STAGE_OF
from sealane.risk.learning.replay import Judged, Replay, Sighting, facts_only
from worlds import learned


def test_every_stage_of_every_order_is_seen_once_and_in_order() -> None:
    known, facts = learned()
    sightings = [each for each in known if isinstance(each, Sighting)]
    assert [(each.order_id, each.observed_us) for each in sightings] == [
        (fact.order_id, fact.observed_us) for fact in facts if fact.kind in STAGE_OF
    ]
    times = [fact.observed_us for fact in facts]
    assert times == sorted(set(times))
    assert any(isinstance(each, Judged) and each.is_fraud for each in known)


def test_an_event_that_counts_already_is_passed_over() -> None:
    facts = learned()[1][:20]
    replay = Replay(keeps_facts=True)
    for fact in facts:
        replay.fact(fact)
    assert replay.fact(facts[-1]) == []
    assert len(replay.facts) == len(facts)


def test_what_comes_later_changes_nothing_that_was_read_before() -> None:
    facts = learned()[1]
    half = Replay()
    early = [each for fact in facts[: len(facts) // 2] for each in half.fact(fact)]
    assert early == learned()[0][: len(early)]


def test_a_replay_after_the_facts_alone_keeps_the_same_and_knows_who_carried() -> None:
    facts = learned()[1][:2_000]
    whole, bare = Replay(keeps_facts=True), Replay(facts_only(), keeps_facts=True)
    seen = set()
    for fact in [*facts, facts[-1]]:
        judged = [each for each in whole.fact(fact) if isinstance(each, Judged)]
        assert [each for each in bare.fact(fact) if isinstance(each, Judged)] == judged
        asked = fact.parcels[0].consignment if fact.parcels else None
        carriers = whole._state.carriers(asked, fact.observed_us)
        assert bare._state.carriers(asked, fact.observed_us) == carriers
        seen.add(carriers)
    assert whole.facts == bare.facts == facts
    assert len(seen) > 2
