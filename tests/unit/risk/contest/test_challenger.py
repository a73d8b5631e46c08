"""A model that decides, another in the shadow, and decisions that replay when both are long gone."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sealane.model.clock import from_micros
from sealane.model.decision import Decision
from sealane.model.event import Event
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.risk.archive import Archive
from sealane.risk.assess import Question, assess
from sealane.risk.learning.costs import Cutoffs
from sealane.risk.learning.model import save_model
from sealane.risk.policy import default_policy
from sealane.risk.room import Risk
from sealane.risk.serving import ServedModel, read_served, store
from sealane.risk.signals import ALL
from sealane.storage.database import Database
from worlds import small_document, small_model

START_US = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def served() -> ServedModel:
    return read_served(small_model(), ALL)


@pytest.fixture
def strict(tmp_path: Path) -> ServedModel:
    """The same model with cut-offs so low that nothing is approved."""
    low = Cutoffs(1e-9, 1e-8, 1.0)
    stages = {stage: msgspec.structs.replace(made, cutoffs=low) for stage, made in small_document().stages.items()}
    save_model(msgspec.structs.replace(small_document(), stages=stages), tmp_path / "strict")
    return read_served(tmp_path / "strict", ALL)


def checkout(database: Database, risk: Risk, order: Order) -> Decision:
    def flow(tx: Any) -> Decision:
        question = Question("checkout", order.order_id, new_id("dec"), new_id("case"), from_micros(order.observed_us))
        signals = risk.observe_order(tx, order)
        decision = assess(question, signals, risk.policy)
        risk.record(tx, question, signals, decision)
        return decision

    return database.run(flow)


def test_a_models_decision_names_it_and_adds_up(
    database: Database, served: ServedModel, make_order: Callable[..., Order]
) -> None:
    risk = Risk.open(database, default_policy(served))
    decision = checkout(database, risk, make_order(at=START_US))
    assert decision.model == served.name
    with database.reader() as conn:
        told = risk.explanation(conn, decision.decision_id)
        assert risk.decision(conn, decision.decision_id) == decision
    total = told.base + math.fsum(each.weight for each in told.contributions)
    assert abs(total - told.log_odds) < 1e-9
    assert decision.score == 1 / (1 + math.exp(-told.log_odds)) or decision.score == pytest.approx(
        1 / (1 + math.exp(-told.log_odds)), abs=1e-15
    )
    assert told.hashes.model == served.digest
    assert any(each.signals for each in told.contributions)


def test_what_is_not_approved_comes_with_the_models_reasons(
    database: Database, strict: ServedModel, make_order: Callable[..., Order]
) -> None:
    risk = Risk.open(database, default_policy(strict))
    decision = checkout(database, risk, make_order(at=START_US))
    assert decision.outcome == "review"
    assert decision.reasons[0].code.startswith("model_")
    with database.reader() as conn:
        told = risk.explanation(conn, decision.decision_id)
    assert [(each.code, each.weight) for each in told.contributions] == [
        (reason.code, reason.weight) for reason in decision.reasons
    ]


def test_old_decisions_replay_after_the_model_changed(
    database: Database, served: ServedModel, strict: ServedModel, make_order: Callable[..., Order]
) -> None:
    made = {}
    for number, model in enumerate((served, None, strict)):
        risk = Risk.open(database, default_policy(model))
        decision = checkout(database, risk, make_order(at=START_US + number))
        made[decision.decision_id] = risk.policy.model
        risk.close()
    assert len(set(made.values())) == 3
    archive = Archive(default_policy())
    with database.reader() as conn:
        for decision_id, name in made.items():
            archive.replay(conn, decision_id)
            assert archive.decision(conn, decision_id).model == name


def test_a_challenger_is_kept_beside_and_decides_nothing(
    database: Database,
    strict: ServedModel,
    make_order: Callable[..., Order],
    make_event: Callable[..., Event],
) -> None:
    risk = Risk.open(database, default_policy())
    risk.challenge(database, strict)
    order = make_order(at=START_US)
    decision = checkout(database, risk, order)
    database.run(lambda tx: risk.observe_event(tx, order, make_event(order, "payment.captured", START_US + 1)))
    assert decision.outcome == "approve"
    with database.reader() as conn:
        ((order_id, stage, score, outcome, champion_score, champion_outcome),) = store.challenges(conn, strict.digest)
        assert store.model_body(conn, strict.digest) is not None
    assert (order_id, stage, outcome) == (order.order_id, "checkout", "review")
    assert (champion_score, champion_outcome) == (decision.score, decision.outcome)
    assert 0 < score < 1
    assert score != champion_score
