"""Orders that were decided to be reviewed, through the room's own verbs."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from sealane.model.clock import from_micros
from sealane.model.decision import Decision
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.risk.assess import Question, assess
from sealane.risk.room import Risk
from sealane.storage import orderbook
from sealane.storage.database import Database

Place = Callable[..., tuple[Order, Decision]]


@pytest.fixture
def place(database: Database, risk: Risk, make_order: Any) -> Place:
    """Place an order and open the case that somebody wants of it; it is stored, observed and decided."""

    def made(at: int, **changes: Any) -> tuple[Order, Decision]:
        order = make_order(at=at, **changes)

        def flow(tx: Any) -> Decision:
            signals = risk.observe_order(tx, order)
            question = Question("checkout", order.order_id, new_id("dec"), None, from_micros(at))
            decision = assess(question, signals, risk.policy)
            risk.record(tx, question, signals, decision)
            orderbook.add(tx, order)
            orderbook.decided(tx, order.order_id, decision)
            asked = replace(decision, outcome="review", case_id=new_id("case"))
            risk.cases.open(tx, order, asked)
            return asked

        return order, database.run(flow)

    return made
