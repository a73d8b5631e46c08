"""Who agrees with whom, and who was right on orders that are old enough or judged."""

from collections.abc import Callable

import pytest

from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk import facts, store
from sealane.risk.contest.comparison import compare
from sealane.risk.observation import of_event, of_order
from sealane.risk.serving import store as models
from sealane.storage.database import Database, Transaction

START_US = 1_790_000_000_000_000
DAY_US = 86_400_000_000


@pytest.fixture
def contested(database: Database, make_order: Callable[..., Order], make_event: Callable[..., Event]) -> Database:
    """Four old orders of which one was charged back, and a young one; the challenger sees the fraud."""
    orders = [make_order(at=START_US + at) for at in range(4)] + [make_order(at=START_US + 99 * DAY_US)]
    dispute = make_event(orders[0], "payment.chargeback", START_US + 100 * DAY_US)
    found = [*map(of_order, orders), of_event(orders[0], dispute, None, None)]
    scores = [(0.9, "decline"), (0.2, "challenge"), (0.1, "approve"), (0.1, "approve"), (0.1, "approve")]

    def fill(tx: Transaction) -> None:
        models.keep_model(tx, "abc", "gbm-1", b"")
        for seq, fact in enumerate(found, 1):
            tx.insert(store.INSERT_FACT, (seq, fact.observed_us, b"", facts.encode(fact)))
        for order, (score, outcome) in zip(orders, scores, strict=True):
            row = ("dec_1", order.order_id, "checkout", "abc", score, outcome, 0.3, "approve")
            tx.insert(models.INSERT_CHALLENGE, row)

    database.run(fill)
    return database


def test_both_are_measured_on_what_is_mature(contested: Database) -> None:
    with contested.reader() as conn:
        (found,) = compare(conn, 90)
    (stage,) = found.stages
    assert (found.challenger, stage.stage, stage.decisions, stage.mature, stage.frauds) == (
        "gbm-1",
        "checkout",
        5,
        4,
        1,
    )
    assert stage.agreement == pytest.approx(3 / 5)
    assert stage.crossings == {"approve>challenge": 1, "approve>decline": 1}
    assert stage.champion.outcomes == {"approve": 5}
    assert (stage.champion.frauds_stopped, stage.champion.honest_stopped) == (0.0, 0.0)
    assert (stage.challenger.frauds_stopped, stage.challenger.honest_stopped) == (1.0, pytest.approx(1 / 3))
    assert stage.champion.average_precision == pytest.approx(1 / 4)
    assert stage.challenger.average_precision == 1.0


def test_without_a_mature_honest_order_nobody_is_ranked(contested: Database) -> None:
    with contested.reader() as conn:
        ((stage,),) = [each.stages for each in compare(conn, 200)]
    assert (stage.mature, stage.frauds) == (1, 1)
    assert stage.challenger.average_precision is None
    assert stage.challenger.honest_stopped is None


def test_no_challenger_no_comparison(database: Database) -> None:
    with database.reader() as conn:
        assert compare(conn, 90) == []
