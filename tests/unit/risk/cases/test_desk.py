"""The desk: claims lapse, dear cases take two people, closings can be undone until they settle."""

from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import AlreadyDecided, CaseClaimed, Conflict, NotFound
from sealane.model.ids import new_id
from sealane.model.money import Money
from sealane.risk.cases.case import Judgement, ReviewTerms
from sealane.risk.cases.desk import CaseDesk
from sealane.risk.cases.queue import case_of
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000
MINUTE_US = 60_000_000


class Clock:
    def __init__(self) -> None:
        self.now_us = START_US + MINUTE_US

    def __call__(self) -> int:
        return self.now_us


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Any:
    database = Database.open(tmp_path / "lane", clock=clock)
    yield database
    database.close()


@pytest.fixture
def desk() -> CaseDesk:
    return CaseDesk(ReviewTerms(claim_minutes=10, undo_seconds=5, four_eyes_eur=500))


def test_a_claim_keeps_others_off_until_it_lapses(database: Database, desk: CaseDesk, place: Any, clock: Clock) -> None:
    _, decision = place(START_US)
    case_id = decision.case_id
    database.run(lambda tx: desk.claim(tx, case_id, "ana"))
    with pytest.raises(CaseClaimed, match="ana"):
        database.run(lambda tx: desk.claim(tx, case_id, "rui"))
    clock.now_us += 11 * MINUTE_US
    assert database.run(lambda tx: desk.claim(tx, case_id, "rui")).claimed_by == "rui"
    assert database.run(lambda tx: desk.release(tx, case_id, "rui")).claimed_by is None


def test_a_closing_can_be_undone_until_it_settles(database: Database, desk: CaseDesk, place: Any, clock: Clock) -> None:
    _, decision = place(START_US)
    case_id = decision.case_id
    database.run(lambda tx: desk.close(tx, case_id, Judgement("ana", "fraud")))
    assert database.run(desk.settle) == []
    assert database.run(lambda tx: desk.undo(tx, case_id, "ana")).state == "open"
    with pytest.raises(Conflict):
        database.run(lambda tx: desk.undo(tx, case_id, "ana"))
    database.run(lambda tx: desk.close(tx, case_id, Judgement("ana", "genuine")))
    clock.now_us += 6_000_000
    (settled,) = database.run(desk.settle)
    assert (settled.case_id, settled.verdict) == (case_id, "genuine")
    assert database.run(desk.settle) == []
    for act in (desk.undo, desk.claim):
        with pytest.raises(AlreadyDecided):
            database.run(lambda tx, act=act: act(tx, case_id, "ana"))


def test_a_dear_case_takes_two_people_who_agree(database: Database, desk: CaseDesk, place: Any) -> None:
    _, decision = place(START_US, amount=Money(50_000, "EUR"))
    case_id = decision.case_id
    assert database.run(lambda tx: desk.close(tx, case_id, Judgement("ana", "fraud"))).state == "proposed"
    with pytest.raises(Conflict, match="two people"):
        database.run(lambda tx: desk.close(tx, case_id, Judgement("ana", "fraud")))
    other = database.run(lambda tx: desk.close(tx, case_id, Judgement("rui", "genuine")))
    assert (other.state, other.verdict, other.judged_by) == ("proposed", "genuine", "rui")
    assert database.run(lambda tx: desk.close(tx, case_id, Judgement("ana", "genuine"))).state == "closed"


def test_what_is_learned_otherwise_overtakes_open_cases_but_not_the_chargebacks(
    database: Database, desk: CaseDesk, place: Any, make_event: Any
) -> None:
    order, decision = place(START_US)
    event = make_event(order, "payment.chargeback", START_US + 5)
    contested = database.run(lambda tx: desk.contest(tx, order, event))
    (overtaken,) = database.run(lambda tx: desk.learn(tx, order, "fraud"))
    assert overtaken.case_id == decision.case_id
    with database.reader() as conn:
        assert case_of(conn, contested.case_id).state == "open"
        assert case_of(conn, decision.case_id).verdict == "fraud"


def test_assigning_frees_a_claim_and_notes_are_always_taken(database: Database, desk: CaseDesk, place: Any) -> None:
    _, decision = place(START_US)
    case_id = decision.case_id
    database.run(lambda tx: desk.claim(tx, case_id, "ana"))
    assigned = database.run(lambda tx: desk.assign(tx, case_id, "chief", "rui"))
    assert (assigned.assigned_to, assigned.claimed_by) == ("rui", None)
    database.run(lambda tx: desk.close(tx, case_id, Judgement("rui", "fraud")))
    database.run(lambda tx: desk.note(tx, case_id, "ana", "seen before"))
    with pytest.raises(NotFound):
        database.run(lambda tx: desk.note(tx, new_id("case"), "ana", "x"))
