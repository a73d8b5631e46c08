"""Cases in the database: what a case was opened with stays, what is worked on changes."""

from typing import Any

import pytest
from msgspec.structs import replace

from sealane.model.errors import NotFound
from sealane.risk.cases import store
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


def test_a_case_keeps_what_it_was_opened_with(database: Database, place: Any) -> None:
    order, decision = place(START_US)
    case = database.run(lambda tx: store.get(tx, decision.case_id))
    assert (case.order_id, case.state) == (order.order_id, "open")
    database.run(lambda tx: store.put(tx, replace(case, state="proposed", verdict="fraud", amount_eur=1)))
    changed = database.run(lambda tx: store.of_order(tx, order.order_id))[0]
    assert (changed.state, changed.verdict, changed.amount_eur) == ("proposed", "fraud", case.amount_eur)


def test_no_case_no_acts(database: Database) -> None:
    with database.reader() as conn:
        assert store.acts(conn, "case_x") == ()
        with pytest.raises(NotFound):
            store.read(conn, "case_x")
