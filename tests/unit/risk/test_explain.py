import random
from typing import Any

import pytest

from sealane.model.clock import from_micros
from sealane.risk import explain as explain_module
from sealane.risk.assess import Question, Signals, assess
from sealane.risk.explain import LISTED, Explanation, explain
from sealane.risk.facts import Fact
from sealane.risk.policy import RiskPolicy
from sealane.risk.record import write
from sealane.risk.windows.layout import Heads
from sealane.risk.windows.state import State

START_US = 1_790_000_000_000_000
HOUR = 3_600_000_000


def decide(policy: RiskPolicy, history: list[Fact], fact: Fact) -> Explanation:
    state = State(policy.catalogue)
    stored: dict[int, tuple[Fact, tuple[Heads, ...]]] = {}
    for seq, one in enumerate([*history, fact], 1):
        values, heads = state.observe(one)
        stored[seq] = one, heads
        state.register(seq, one)
    signals = Signals("checkout", values, len(stored))
    question = Question("checkout", fact.order_id, "dec_1", "case_1", from_micros(fact.observed_us))
    record = write(question, signals, assess(question, signals, policy), policy, b"s" * 16)
    return explain(record, policy, stored.get)


def reading(explanation: Explanation, name: str) -> Any:
    return next(one for one in explanation.signals if one.name == name)


def test_a_window_names_the_events_behind_it(policy: RiskPolicy, make_fact: Any) -> None:
    cards = [bytes([number]) * 16 for number in range(9)]
    history = [
        make_fact(at=START_US + number * HOUR, address=b"h" * 16, card=cards[number], event_id=f"evt_c{number}")
        for number in range(9)
    ]
    explanation = decide(policy, history, make_fact(at=START_US + 24 * HOUR, address=b"h" * 16))
    found = reading(explanation, "address_consignments_24h")
    assert found.value == 9
    assert found.events == tuple(f"evt_c{number}" for number in range(8, -1, -1))
    assert not found.has_more_events
    assert (found.window.width, found.window.start) == ("24h", from_micros(START_US))
    assert reading(explanation, "cards_per_address_30d").value == 9
    assert reading(explanation, "account_orders_24h").value is None


def test_no_more_events_are_listed_than_can_be_read(policy: RiskPolicy, make_fact: Any) -> None:
    history = [make_fact(at=START_US + number, account=b"a" * 16) for number in range(30)]
    found = reading(decide(policy, history, make_fact(at=START_US + 99, account=b"a" * 16)), "account_orders_24h")
    assert found.value == 30
    assert len(found.events) == LISTED
    assert found.has_more_events


def test_events_outside_the_window_and_of_the_same_moment_are_left_out(policy: RiskPolicy, make_fact: Any) -> None:
    history = [make_fact(at=START_US + moment, account=b"a" * 16) for moment in (0, 5 * HOUR, 30 * HOUR)]
    found = reading(
        decide(policy, history, make_fact(at=START_US + 30 * HOUR, account=b"a" * 16)), "account_orders_24h"
    )
    assert (found.value, found.events) == (0, ())
    later = reading(
        decide(policy, history, make_fact(at=START_US + 31 * HOUR, account=b"a" * 16)), "account_orders_24h"
    )
    assert (later.value, later.events) == (1, (history[2].event_id,))


def test_only_facts_of_the_series_are_behind_a_window(policy: RiskPolicy, make_fact: Any) -> None:
    history = [
        make_fact(at=START_US, ip=b"i" * 16, failed=0),
        make_fact(at=START_US + 1, ip=b"i" * 16, failed=2, event_id="evt_failed"),
        make_fact("payment.captured", at=START_US + 2, ip=b"i" * 16),
    ]
    found = reading(decide(policy, history, make_fact(at=START_US + 9, ip=b"i" * 16)), "ip_failed_1h")
    assert found.value == 2
    assert found.events == ("evt_failed",)


def test_contributions_add_up_and_rules_tell_their_verdict(policy: RiskPolicy, make_fact: Any) -> None:
    history = [
        make_fact(at=START_US + n, address=b"h" * 16, card=bytes([n]) * 16, consignee=bytes([n]) * 16) for n in range(4)
    ]
    fact = make_fact(at=START_US + 9, address=b"h" * 16, account=b"a" * 16, has_suite_code=False)
    explanation = decide(policy, history, fact)
    total = explanation.base + sum(one.weight for one in explanation.contributions)
    assert total == pytest.approx(explanation.log_odds, abs=1e-9)
    verdicts = {rule.code: rule.verdict for rule in explanation.rules}
    assert verdicts["drop_address"] == "hit"
    assert verdicts["card_with_fraud"] == "unjudged"
    assert verdicts["forwarder_with_frauds"] == "passed"
    assert "undervalued" not in verdicts
    assert explanation.outcome_by_score in {"approve", "challenge", "review"}
    assert explanation.decision.outcome == "review"


def test_a_decision_whose_fact_is_gone_still_explains_its_values(policy: RiskPolicy) -> None:
    signals = Signals("checkout", (None,) * len(policy.catalogue.by_stage["checkout"]), 0)
    question = Question("checkout", "ord_1", "dec_1", "case_1", from_micros(START_US))
    record = write(question, signals, assess(question, signals, policy), policy, b"s" * 16)
    explanation = explain(record, policy, lambda _seq: None)
    assert all(one.events == () and one.window is None for one in explanation.signals)


def test_as_many_events_are_named_as_a_window_counts(policy: RiskPolicy, make_fact: Any) -> None:
    chance = random.Random(5)
    people = [bytes([number]) * 16 for number in range(3)]
    history = []
    for number in range(60):
        who = chance.choice(people)
        kind = chance.choice(["order", "order", "consignment.returned", "payment.refunded", "claim.opened"])
        claim = {} if kind == "order" else {"claim": chance.choice(["not_received", "return"])}
        history.append(
            make_fact(
                kind,
                at=START_US + number * 3 * HOUR,
                order_id=f"ord_{chance.randrange(12)}",
                **dict.fromkeys(["account", "card", "device", "phone", "address", "ip"], who),
                amount_eur=chance.choice([None, 300, 9_000]),
                failed=chance.choice([0, 1]),
                method=chance.choice(["card", "cash_on_delivery"]),
                **claim,
            )
        )
    fact = make_fact(at=START_US + 200 * HOUR, **dict.fromkeys(["account", "device", "phone", "address"], people[0]))
    explanation = decide(policy, history, fact)
    counts = [one for one in explanation.signals if one.window and one.value and one.unit in {"orders", "consignments"}]
    assert len(counts) >= 4
    for one in counts:
        if policy.catalogue.by_name[one.name].take == "count":  # type: ignore[union-attr]  # windows have one
            assert len(one.events) == min(one.value, LISTED), one.name
    for name in ("phone_refusals_365d", "account_not_received_180d", "account_refunds_90d", "account_claims_180d"):
        assert len(reading(explanation, name).events) >= reading(explanation, name).value > 0


def test_a_walk_ends_on_a_key_without_end(policy: RiskPolicy, make_fact: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "WALKED", 5)
    history = [make_fact(at=START_US, ip=b"i" * 16, failed=1)]
    history += [make_fact(at=START_US + number, ip=b"i" * 16) for number in range(1, 20)]
    found = reading(decide(policy, history, make_fact(at=START_US + 99, ip=b"i" * 16)), "ip_failed_1h")
    assert (found.value, found.events, found.has_more_events) == (1, (), True)
