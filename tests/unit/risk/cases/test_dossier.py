"""The dossier: a question with its strongest reason, and everything to answer it with."""

from typing import Any

from sealane.risk.room import Risk
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


def test_a_dossier_holds_all_that_a_reviewer_needs(database: Database, risk: Risk, place: Any) -> None:
    order, decision = place(START_US, payment={"cvc": "N", "avs": "N"})
    with database.reader() as conn:
        dossier = risk.dossier(conn, decision.case_id)
    assert dossier.order == order
    assert dossier.explanation is not None
    heaviest = max(dossier.explanation.contributions, key=lambda each: each.weight)
    assert dossier.title == f"Accept this order? {heaviest.text}"
    assert [act.act for act in dossier.acts] == ["opened"]
    assert dossier.plain is not None


def test_a_chargeback_rests_on_the_last_decision(database: Database, risk: Risk, place: Any, make_event: Any) -> None:
    order, decision = place(START_US)
    event = make_event(order, "payment.chargeback", START_US + 5)
    case = database.run(lambda tx: risk.cases.contest(tx, order, event))
    with database.reader() as conn:
        dossier = risk.dossier(conn, case.case_id)
    assert dossier.explanation is not None
    assert dossier.explanation.decision.decision_id == decision.decision_id
    assert dossier.title.startswith("Contest this chargeback?")
