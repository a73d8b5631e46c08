from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.grading import store
from sealane.grading.changes import Change
from sealane.grading.own import Own, Profile
from sealane.grading.probes.markup import read_page
from sealane.grading.record import Appeal, Authorisation, Published, ScanRequest, WatchTerms
from sealane.grading.rubric import judge, shipped_rubric
from sealane.grading.sight import Scan
from sealane.model.clock import from_micros
from sealane.storage.database import Database, Transaction
from shops import CHECKOUT

URL = "https://shop.example/checkout"
SCAN = Scan("shop.example", 7, "static", "", (read_page(URL, 200, (), CHECKOUT.encode()),), ("shop.example",))
TERMS = WatchTerms(ScanRequest((URL,)))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "lane")
    yield opened
    opened.close()


def published(grade_id: str, at_us: int) -> Published:
    graded = judge(shipped_rubric(), SCAN, Own(), now_us=at_us)
    return Published(grade_id, "mer_1", "shop.example", at_us, "static", "", graded, "ent_1")


def test_grades_come_back_newest_first_with_what_was_seen(database: Database) -> None:
    for number in (1, 2, 3):
        database.run(lambda tx, n=number: store.add_grade(tx, published(f"grd_{n}", n), SCAN))
    with database.reader() as conn:
        assert [one.grade_id for one in store.grades(conn, "mer_1", 2)] == ["grd_3", "grd_2"]
        assert store.latest(conn, "mer_1") == published("grd_3", 3)
        assert store.latest(conn, "mer_2") is None
        assert store.scan_of(conn, "grd_1") == SCAN
        assert store.grade(conn, "mer_2", "grd_1") is None
    assert database.run(lambda tx: store.standing(tx, "mer_1")) == "U"


def test_a_new_authorisation_takes_the_place_of_the_old(database: Database) -> None:
    def add(tx: Transaction, why: str, at_us: int) -> None:
        store.add_script(tx, "mer_1", Authorisation("https://a/x.js", "", why, "ana", from_micros(at_us), "ent_1"))

    database.run(lambda tx: add(tx, "first", 1))
    database.run(lambda tx: add(tx, "second", 2))
    with database.reader() as conn:
        assert [one.justification for one in store.scripts(conn, "mer_1")] == ["second"]
    assert database.run(lambda tx: store.end_script(tx, "mer_1", "https://a/x.js"))
    assert not database.run(lambda tx: store.end_script(tx, "mer_1", "https://a/x.js"))


def test_a_baseline_stays_while_the_pages_are_the_same(database: Database) -> None:
    database.run(lambda tx: store.put_watch(tx, "mer_1", TERMS))
    with database.reader() as conn:
        [due] = store.due(conn, 1 << 62)
        assert store.due(conn, 0) == []
        assert store.baseline(conn, "mer_1") is None
    database.run(lambda tx: store.looked(tx, due, SCAN))
    database.run(lambda tx: store.looked(tx, due, None))
    database.run(lambda tx: store.put_watch(tx, "mer_1", WatchTerms(TERMS.scan, 60)))
    with database.reader() as conn:
        assert store.baseline(conn, "mer_1") == SCAN
        assert store.watch(conn, "mer_1").terms.every_seconds == 60  # type: ignore[union-attr]
    database.run(lambda tx: store.put_watch(tx, "mer_1", WatchTerms(ScanRequest((URL + "2",)))))
    with database.reader() as conn:
        assert store.baseline(conn, "mer_1") is None
    assert database.run(lambda tx: store.stop_watch(tx, "mer_1"))
    assert not database.run(lambda tx: store.stop_watch(tx, "mer_1"))


def test_changes_appeals_and_profiles_come_back(database: Database) -> None:
    change = Change("header_removed", URL, "x", "1", "")
    appeal = Appeal("apl_1", "mer_1", "csp_missing", "why", from_micros(1), from_micros(2))
    profile = Profile({"registered": True})

    def write(tx: Transaction) -> None:
        store.add_alert(tx, "mer_1", change, "ent_1")
        store.put_appeal(tx, appeal)
        store.put_profile(tx, "mer_1", profile)

    database.run(write)
    with database.reader() as conn:
        [alert] = store.alerts(conn, "mer_1")
        assert alert.change == change
        assert store.alerts(conn, "mer_1", after=alert.number) == ()
        assert store.appeals(conn, "mer_1") == (appeal,)
        assert store.profile(conn, "mer_1") == profile
        assert store.profile(conn, "mer_2") == Profile()
    assert database.run(lambda tx: store.appeal(tx, "mer_2", "apl_1")) is None
