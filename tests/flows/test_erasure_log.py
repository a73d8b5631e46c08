"""What an erasure means for the log: proofs stay, and what they are proofs of can neither be opened nor guessed."""

import hashlib
import itertools
import json
import shutil
from pathlib import Path

import pytest

import sealane
from orders import event, order
from sealane.flows.erase import erase
from sealane.flows.review.cases import close_case
from sealane.model.clock import system_clock
from sealane.model.errors import Erased
from sealane.model.order import OrderResult
from sealane.model.party import OPERATOR
from sealane.risk.cases import Judgement
from sealane.supervision.commitment.fields import commit, commit_whole
from sealane.supervision.verify import verify_bundle, verify_opening

OUTCOMES = ("approve", "challenge", "review", "decline")


def placed(lane: sealane.Sealane, account: str, **changes: object) -> OrderResult:
    return lane.place(json.dumps(order(shopper__account=account, **changes)).encode())


def erased(lane: sealane.Sealane, subject_id: str) -> None:
    lane.rooms.database.run(lambda tx: erase(lane.rooms, subject_id, tx))


def entries_of(lane: sealane.Sealane, order_id: str) -> int:
    with lane.rooms.database.reader() as connection:
        sql = "SELECT count(*) FROM log_opening WHERE order_id = ?"
        return int(connection.execute(sql, (order_id,)).fetchone()[0])


def test_a_field_opens_until_its_shopper_is_erased_and_the_proof_verifies_for_ever(tmp_path: Path) -> None:
    with sealane.open(tmp_path) as lane:
        log, key = lane.rooms.log, lane.rooms.log.public_key()
        first, second = placed(lane, "goes"), placed(lane, "goes")
        other = placed(lane, "stays")
        assert first.subject_id == second.subject_id
        before = log.prove(first.log_entry)
        opened = verify_opening(log.open_field(first.log_entry, "outcome"), key)
        assert opened.value.decode() == first.decision.outcome
        erased(lane, first.subject_id)
        for gone in (first, second):
            assert entries_of(lane, gone.order_id) == 0
            for field in ("outcome", "score", "stage"):
                with pytest.raises(Erased):
                    log.open_field(gone.log_entry, field)
        assert verify_bundle(before, key).leaf == verify_bundle(log.prove(first.log_entry), key).leaf
        assert verify_opening(log.open_field(other.log_entry, "outcome"), key).value


@pytest.mark.parametrize("many", [4_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_no_guess_of_what_an_erased_entry_says_matches_its_leaf(tmp_path: Path, many: int) -> None:
    """Whoever has the whole folder knows the few words an outcome can be, and learns nothing by trying them."""
    with sealane.open(tmp_path) as lane:
        gone = placed(lane, "guessed")
        erased(lane, gone.subject_id)
        proven = verify_bundle(lane.rooms.log.prove(gone.log_entry), lane.rooms.log.public_key())
        with lane.rooms.database.reader() as connection:
            kept = b"".join(
                b"%b" % (cell if isinstance(cell, bytes) else str(cell).encode())
                for row in connection.execute("SELECT order_id, entry_id, sealed FROM log_opening")
                for cell in row
            )
    shown = bytes.fromhex(proven.entry.content)
    assert gone.log_entry.encode() not in kept
    scores = (f"{number / 10_000}" for number in itertools.cycle(range(10_001)))
    guesses = zip(itertools.cycle(OUTCOMES), scores, range(many), strict=False)
    hits = 0
    for outcome, score, number in guesses:
        salt = hashlib.sha256(str(number).encode()).digest()[:16]
        hits += hashlib.sha256(salt + outcome.encode() + score.encode()).digest() == shown
        if number < 1_000:
            fields = {"outcome": outcome.encode(), "score": score.encode(), "stage": b"checkout"}
            hits += shown in (commit(b"", fields).digest, commit_whole(outcome.encode()).digest)
    assert hits == 0


def test_a_backup_from_before_the_erasure_opens_nothing_either(tmp_path: Path) -> None:
    folder, backup = tmp_path / "lane", tmp_path / "backup"
    with sealane.open(folder) as lane:
        gone, other = placed(lane, "goes"), placed(lane, "stays")
    shutil.copytree(folder, backup)
    with sealane.open(folder) as lane:
        erased(lane, gone.subject_id)
    for name in ("vault-keys.db", "vault-keys.db-wal", "vault-keys.db-shm"):
        (backup / name).unlink(missing_ok=True)
        if (folder / name).exists():
            shutil.copy2(folder / name, backup / name)
    with sealane.open(backup) as lane:
        assert entries_of(lane, gone.order_id) == 0
        assert entries_of(lane, other.order_id) > 0
        with pytest.raises(Erased):
            lane.rooms.log.open_field(gone.log_entry, "outcome")


def test_a_case_closed_before_an_erasure_settles_after_it_and_the_server_starts(tmp_path: Path) -> None:
    with sealane.open(tmp_path) as lane:
        gone, other = placed(lane, "goes"), placed(lane, "stays")
        for one in (gone, other):
            told = event("payment.chargeback", order=one.order_id, attributes={"reason_code": "10.4"})
            lane.report(json.dumps(told).encode())
        with lane.rooms.database.reader() as connection:
            cases = [row[0] for row in connection.execute("SELECT case_id FROM risk_case ORDER BY case_id")]
        assert len(cases) == 2
        judgement = Judgement(OPERATOR.party_id, "fraud", "stolen card")
        lane.rooms.database.run(lambda tx: [close_case(lane.rooms, each, judgement, tx) for each in cases])
        erased(lane, gone.subject_id)
    later = sealane.open(tmp_path, clock=lambda: system_clock() + 60_000_000)
    with later as lane, lane.rooms.database.reader() as connection:
        waiting = connection.execute("SELECT count(*) FROM risk_case WHERE settles_us IS NOT NULL").fetchone()
        verdicts = connection.execute("SELECT order_id, document FROM events").fetchall()
    assert waiting[0] == 0
    told = [order_id for order_id, document in verdicts if b"verdict.recorded" in document]
    assert told == [other.order_id]
