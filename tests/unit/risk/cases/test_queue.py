"""The queue: order, pages, whose turn it is, and what waits."""

from typing import Any

from sealane.model.money import Money
from sealane.risk.cases.case import Judgement
from sealane.risk.cases.queue import CaseFilter, next_case, queue, waiting
from sealane.risk.room import Risk
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000


def test_pages_follow_each_other_in_every_order(database: Database, place: Any) -> None:
    for number in range(5):
        place(START_US + number, amount=Money(1_000 * (5 - number), "EUR"))
    with database.reader() as conn:
        for sort, key in (("due", lambda case: case.due_us), ("risk", lambda case: -case.at_risk_eur)):
            found: list[Any] = []
            cursor = None
            while True:
                page = queue(conn, CaseFilter(sort=sort), 2, cursor)
                found += page.items
                cursor = page.next_cursor
                if cursor is None:
                    break
            assert len({case.case_id for case in found}) == 5
            assert found == sorted(found, key=key)
        assert queue(conn, CaseFilter(stage="claim"), 10).items == ()
        assert queue(conn, CaseFilter(is_closed=True), 10).items == ()


def test_the_next_case_is_nobody_elses(database: Database, risk: Risk, place: Any) -> None:
    first, second, third = (place(START_US + number)[1].case_id for number in range(3))
    database.run(lambda tx: risk.cases.claim(tx, first, "rui"))
    database.run(lambda tx: risk.cases.assign(tx, second, "chief", "rui"))
    with database.reader() as conn:
        now_us = database.run(lambda tx: tx.now_us)
        assert next_case(conn, CaseFilter(), "ana", now_us).case_id == third
        assert next_case(conn, CaseFilter(), "rui", now_us).case_id == first


def test_what_waits_is_counted_by_stage(database: Database, risk: Risk, place: Any) -> None:
    case_ids = [place(START_US + number)[1].case_id for number in range(3)]
    database.run(lambda tx: risk.cases.close(tx, case_ids[0], Judgement("ana", "fraud")))
    with database.reader() as conn:
        (found,) = waiting(conn, START_US)
        assert (found.stage, found.cases, found.overdue) == ("checkout", 2, 0)
        assert waiting(conn, found.next_due_us + 1)[0].overdue == 1
        assert waiting(conn, START_US, "mer_other") == ()
