from collections.abc import Iterator
from pathlib import Path

import pytest

from matchable import event, matchable
from sealane.interchange.matching.comparing import match
from sealane.interchange.matching.findings import Findings, standing_findings
from sealane.storage.database import Database

FAR = (1 << 62, "", "", "")
TOO_MUCH = [event("payment.captured", minor=20_000)]
PAID_BACK = [*TOO_MUCH, event("payment.refunded", 2, minor=30_000)]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def test_what_is_new_opens_and_what_holds_no_longer_clears(database: Database) -> None:
    findings, order = Findings(), matchable()
    for events, opened, cleared in (
        (TOO_MUCH, ["captured-more"], []),
        (TOO_MUCH, [], []),
        (PAID_BACK, ["refunded-more"], []),
        ([], [], ["captured-more", "refunded-more"]),
    ):
        found = match(order, events)
        new, over = database.run(lambda tx, found=found: findings.settle(tx, order, found))
        assert [each.code for each in new] == opened
        assert sorted(each.code for each in over) == cleared
        with database.reader() as conn:
            page = findings.page(conn, order.merchant_id, after=FAR, limit=9)
        assert {each.mismatch for each in page} == set(found)


def test_the_findings_of_an_order_are_as_of_now_whether_the_matcher_came_by_or_not(database: Database) -> None:
    findings, order = Findings(), matchable()
    with database.reader() as conn:
        (fresh,) = standing_findings(conn, order, TOO_MUCH)
    assert (fresh.mismatch.code, fresh.found_us, fresh.cleared_us) == ("captured-more", TOO_MUCH[0].observed_us, None)
    database.run(lambda tx: findings.settle(tx, order, match(order, TOO_MUCH)))
    with database.reader() as conn:
        (known,) = standing_findings(conn, order, TOO_MUCH)
        assert list(findings.totals(conn, order.merchant_id)) == [("captured-more", 1, 1)]
    assert known.found_us > fresh.found_us
    database.run(lambda tx: findings.settle(tx, order, ()))
    with database.reader() as conn:
        (over,) = standing_findings(conn, order, [])
        (again,) = standing_findings(conn, order, TOO_MUCH)
    assert over.cleared_us is not None
    assert (again.found_us, again.cleared_us) == (TOO_MUCH[0].observed_us, None)


def test_the_mark_of_what_was_matched_moves_forward(database: Database) -> None:
    findings = Findings()
    database.run(lambda tx: findings.move_matched(tx, 7))
    with database.reader() as conn:
        assert findings.matched(conn) == 7
