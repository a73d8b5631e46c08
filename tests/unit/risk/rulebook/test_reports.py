"""What the alliance answered: kept beside the order, noted in its later facts, asked about in order."""

from collections.abc import Iterator
from pathlib import Path
from timeit import repeat

import pytest
from msgspec.structs import replace

from sealane.model.clock import system_clock
from sealane.risk import facts
from sealane.risk.facts import Fact, Payer
from sealane.risk.rulebook.reports import Asked, Report, Reports
from sealane.risk.store import INSERT_FACT
from sealane.storage.database import Database

ORDER = Fact("order", "ord_1", "ord_1", 1, 1, 0, Payer("mer_1", "card", 1, 0), ())
LABEL = replace(ORDER, kind="consignment.label_created", event_id="evt_1")
MOVE = replace(ORDER, kind="consignment.reroute_requested", event_id="evt_2")
SCAN = replace(ORDER, kind="consignment.arrived", event_id="evt_3")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path, clock=system_clock)
    yield opened
    opened.close()


@pytest.fixture
def reports() -> Reports:
    made = Reports()
    made.is_asking = True
    return made


def note(database: Database, reports: Reports, fact: Fact) -> int | None:
    return database.run(lambda tx: reports.note(tx, fact).reported)


def test_the_highest_answer_counts_from_the_next_stage_on(database: Database, reports: Reports) -> None:
    assert note(database, reports, LABEL) is None
    database.run(lambda tx: reports.keep(tx, [Report("ord_1", 3, ("phone",))], 7))
    database.run(lambda tx: reports.keep(tx, [Report("ord_1", 1, ("email",)), Report("ord_2", 0)], 9))
    assert [note(database, reports, each) for each in (LABEL, MOVE, SCAN, ORDER)] == [3, 3, None, None]
    assert note(database, reports, replace(LABEL, order_id="ord_2")) == 0
    assert database.run(reports.begin) == 9


def test_asking_begins_with_what_comes_next_and_skips_what_brings_nothing_new(
    database: Database, reports: Reports
) -> None:
    def add(first: int, *some: Fact) -> None:
        rows = [(seq, one.observed_us, b"", facts.encode(one)) for seq, one in enumerate(some, first)]
        database.run(lambda tx: [tx.insert(INSERT_FACT, row) for row in rows])

    assert database.run(reports.begin) == 0
    add(1, ORDER, LABEL, MOVE, SCAN)
    with database.reader() as conn:
        assert reports.waiting(conn, 0, 3) == ([Asked("ord_1", None), Asked("ord_1", "evt_2")], 3)
        assert reports.waiting(conn, 3, 3) == ([], 4)
        assert reports.waiting(conn, 4, 3) == ([], 4)


def test_an_installation_that_joins_late_asks_about_nothing_older(database: Database, reports: Reports) -> None:
    database.run(lambda tx: tx.insert(INSERT_FACT, (5, 1, b"", facts.encode(ORDER))))
    assert database.run(reports.begin) == 5
    assert database.run(reports.begin) == 5


def test_without_an_alliance_a_decision_pays_less_than_five_microseconds(database: Database) -> None:
    reports, count = Reports(), 10_000
    best = database.run(lambda tx: min(repeat(lambda: reports.note(tx, ORDER), number=count, repeat=5)))
    assert best / count < 5e-6
    assert database.run(lambda tx: reports.note(tx, LABEL)) is LABEL
