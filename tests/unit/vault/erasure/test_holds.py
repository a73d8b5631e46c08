from datetime import UTC, datetime

import pytest

from sealane.model.errors import Erased, InvalidInput, LegalHold, NotFound
from sealane.vault.erasure.holds import HoldRequest, lift_hold, list_holds, set_hold
from vaults import Lane, request

ASKED = HoldRequest("HGB section 257", "audit of 2026")


def test_a_hold_keeps_a_subject_until_it_is_lifted(lane: Lane) -> None:
    subject_id = lane.seal().subject_id
    hold = lane.database.run(lambda tx: set_hold(tx, subject_id, ASKED))
    with pytest.raises(LegalHold, match="HGB section 257: audit of 2026"):
        lane.database.run(lambda tx: lane.vault.eraser.begin(tx, subject_id))
    lifted = lane.database.run(lambda tx: lift_hold(tx, hold.hold_id))
    assert lifted.lifted_us is not None
    assert lane.database.run(lambda tx: lane.vault.eraser.begin(tx, subject_id)).doomed
    with lane.database.reader() as conn:
        assert [each.hold_id for each in list_holds(conn, subject_id)] == [hold.hold_id]


def test_a_hold_on_one_record_names_it_and_keeps_the_subject(lane: Lane) -> None:
    seal = lane.seal()
    asked = HoldRequest("law", "reason", record_id=seal.record_id)
    assert lane.database.run(lambda tx: set_hold(tx, seal.subject_id, asked)).record_id == seal.record_id
    with pytest.raises(LegalHold):
        lane.database.run(lambda tx: lane.vault.eraser.begin(tx, seal.subject_id))


def test_a_hold_ends_by_itself(lane: Lane) -> None:
    subject_id = lane.seal().subject_id
    asked = HoldRequest("law", "reason", until=datetime(2199, 1, 1, tzinfo=UTC))
    lane.database.run(lambda tx: set_hold(tx, subject_id, asked))
    with pytest.raises(LegalHold, match="until 2199-01-01"):
        lane.database.run(lambda tx: lane.vault.eraser.begin(tx, subject_id))
    lane.change("UPDATE vault_hold SET until_us = 1")
    assert lane.database.run(lambda tx: lane.vault.eraser.begin(tx, subject_id)).doomed


def test_what_makes_no_sense_is_refused(lane: Lane) -> None:
    seal, other = lane.seal(), lane.seal(request(shopper__account="a-2"))
    with pytest.raises(NotFound):
        lane.database.run(lambda tx: set_hold(tx, "sub_none", ASKED))
    with pytest.raises(NotFound):
        lane.database.run(lambda tx: lift_hold(tx, "hld_none"))
    for wrong in (
        HoldRequest("law", "reason", record_id=other.record_id),
        HoldRequest("law", "reason", until=datetime(2000, 1, 1, tzinfo=UTC)),
    ):
        with pytest.raises(InvalidInput):
            lane.database.run(lambda tx, wrong=wrong: set_hold(tx, seal.subject_id, wrong))


def test_nothing_of_an_erased_subject_is_left_to_hold(lane: Lane) -> None:
    subject_id = lane.seal().subject_id
    erasure = lane.database.run(lambda tx: lane.vault.eraser.begin(tx, subject_id))
    lane.database.run(lambda tx: lane.vault.eraser.finish(tx, erasure, "ent_1"))
    with pytest.raises(Erased):
        lane.database.run(lambda tx: set_hold(tx, subject_id, ASKED))
