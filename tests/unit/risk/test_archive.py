"""The archive reads what was decided with no memory and no writer."""

from typing import Any

import pytest

from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.risk.archive import Archive
from sealane.risk.assess import Question, assess
from sealane.risk.policy import RiskPolicy
from sealane.risk.room import Risk
from sealane.storage import orderbook
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


def test_an_archive_of_its_own_reads_explains_and_replays(
    database: Database, risk: Risk, policy: RiskPolicy, make_order: Any
) -> None:
    order = make_order(at=START_US)

    def flow(tx: Any) -> str:
        signals = risk.observe_order(tx, order)
        question = Question("checkout", order.order_id, new_id("dec"), None, from_micros(START_US))
        risk.record(tx, question, signals, assess(question, signals, risk.policy))
        orderbook.add(tx, order)
        return question.decision_id

    decision_id = database.run(flow)
    archive = Archive(policy)
    with database.reader() as conn:
        assert archive.decision(conn, decision_id) == risk.decision(conn, decision_id)
        assert list(archive.scan(conn)) == [archive.decision(conn, decision_id)]
        assert archive.replay(conn, decision_id)
        assert archive.explanation(conn, decision_id).decision.decision_id == decision_id
        inputs = archive.inputs(conn, decision_id)
        told = archive.explanation(conn, decision_id)
        assert inputs.signals == {each.name for each in told.signals if each.value is not None}
        assert inputs.rules == {each.code for each in told.rules if each.verdict != "unjudged"}
        assert archive.values_of_order(conn, order.order_id, "card") == [order.seal.links.card]
        assert archive.values_of_order(conn, order.order_id, "courier") == []
        with pytest.raises(NotFound):
            archive.dossier(conn, new_id("case"))
