import shutil
import sqlite3
from pathlib import Path

import pytest

from sealane.model.errors import Erased, NotFound
from sealane.vault.erasure.erasing import bury
from sealane.vault.erasure.holds import HoldRequest, set_hold
from sealane.vault.erasure.receipt import Receipt, parse_receipt, verify_receipt
from sealane.vault.store import Tombstone
from vaults import MERCHANT, Lane, card, request, stored


def erase(lane: Lane, subject_id: str) -> Receipt:
    return lane.database.run(lambda tx: lane.vault.eraser.finish(tx, lane.vault.eraser.begin(tx, subject_id), "ent_1"))


def key_rows(folder: Path) -> int:
    connection = sqlite3.connect(folder / "vault-keys.db")
    try:
        return int(connection.execute("SELECT count(*) FROM data_key").fetchone()[0])
    finally:
        connection.close()


def test_an_erased_subject_answers_with_its_receipt_wherever_it_is_read(lane: Lane) -> None:
    asked = request(shopper__account="a-1")
    seal = lane.seal(asked)
    receipt = erase(lane, seal.subject_id)
    verify_receipt(receipt, receipt.key)
    for read in (
        lambda: lane.reveal(seal.record_id, "/shopper/email"),
        lambda: lane.fields(seal.record_id),
    ):
        with pytest.raises(Erased) as refusal:
            read()
        assert refusal.value.receipt is not None
        assert parse_receipt(bytes(refusal.value.receipt)) == receipt
    with pytest.raises(Erased):
        lane.seal_event(stored(asked, seal), b'{"courier": "c-1"}')


def test_memory_lets_go_at_once_and_the_shopper_comes_back_as_a_stranger(lane: Lane) -> None:
    first = lane.seal(request(shopper__account="a-1"))
    assert lane.seal(request(shopper__account="a-1")).subject_id == first.subject_id
    erase(lane, first.subject_id)
    assert lane.seal(request(shopper__account="a-1")).subject_id != first.subject_id
    lane.reopen()
    assert lane.seal(request(shopper__account="a-1")).subject_id != first.subject_id


def test_nothing_of_the_subject_is_left_but_handles(lane: Lane) -> None:
    seal = lane.seal(request(shopper__account="a-1"))
    before = key_rows(lane.folder)
    erase(lane, seal.subject_id)
    assert lane.query("SELECT body FROM vault_record") == [(b"",)]
    assert lane.query("SELECT identity FROM vault_subject") == [(None,)]
    assert key_rows(lane.folder) == before - 1
    assert (lane.folder / "vault-keys.db-wal").stat().st_size == 0, "the write-ahead log may hold the deleted key"


def test_a_card_goes_with_the_last_shopper_who_paid_with_it(lane: Lane) -> None:
    alone, shared = lane.add_card(card("4111111111111111", cvc="917")), lane.add_card(card("5555555555554444"))
    one = lane.seal(request(shopper__account="a-1", payment__card={"token": alone.token}))
    lane.seal(request(shopper__account="a-1", payment__card={"token": shared.token}))
    other = lane.seal(request(shopper__account="a-2", payment__card={"token": shared.token}))
    receipt = erase(lane, one.subject_id)
    assert any("1 cards" in gone.what for gone in receipt.gone)
    with lane.database.reader() as conn:
        with pytest.raises(Erased):
            lane.vault.open_card(conn, lane.query("SELECT merchant_id FROM vault_card")[0][0], alone.token)
        assert lane.vault.open_card(conn, lane.query("SELECT merchant_id FROM vault_card")[0][0], shared.token)
    assert lane.vault.codes.take(alone.token) is None
    assert lane.add_card(card("4111111111111111")).token != alone.token
    erase(lane, other.subject_id)
    with lane.database.reader() as conn, pytest.raises(Erased):
        lane.vault.open_card(conn, lane.query("SELECT merchant_id FROM vault_card")[0][0], shared.token)


def test_a_card_under_a_hold_of_its_own_stays_and_the_receipt_says_so(lane: Lane) -> None:
    token = lane.add_card(card())
    seal = lane.seal(request(payment__card={"token": token.token}))
    lane.database.run(lambda tx: set_hold(tx, token.token, HoldRequest("law", "chargeback runs")))
    receipt = erase(lane, seal.subject_id)
    assert any(stays.what == "1 cards" for stays in receipt.stays)


def test_unknown_and_unfinished(lane: Lane) -> None:
    with pytest.raises(NotFound):
        lane.database.run(lambda tx: lane.vault.eraser.begin(tx, "sub_none"))
    seal = lane.seal()
    lane.database.run(lambda tx: lane.vault.eraser.begin(tx, seal.subject_id))
    assert lane.reveal(seal.record_id, "/shopper/email"), "begun is not done"


def test_a_crash_between_commit_and_burial_is_made_good_at_the_next_start(lane: Lane) -> None:
    seal = lane.seal()
    lane.vault._keys.bury = lambda _tombstones: None  # type: ignore[method-assign]  # the crash
    before = key_rows(lane.folder)
    erase(lane, seal.subject_id)
    assert key_rows(lane.folder) == before
    with pytest.raises(Erased):
        lane.reveal(seal.record_id, "/shopper/email")
    number = lane.query("SELECT key_number FROM vault_subject")[0][0]
    lane.reopen()
    with pytest.raises(Erased):
        lane.vault._keys.find(number)


def test_an_older_database_learns_of_erasures_from_the_key_store(lane: Lane, tmp_path: Path) -> None:
    asked = [lane.seal(request(shopper__account=f"a-{number}")) for number in range(5)]
    lane.close()
    shutil.copy2(lane.folder / "sealane.db", tmp_path / "older.db")
    lane.open()
    for seal in asked[:3]:
        erase(lane, seal.subject_id)
    lane.close()
    for name in ("sealane.db-wal", "sealane.db-shm"):
        (lane.folder / name).unlink(missing_ok=True)
    shutil.copy2(tmp_path / "older.db", lane.folder / "sealane.db")
    lane.open()
    for seal in asked[:3]:
        with pytest.raises(Erased) as refusal:
            lane.reveal(seal.record_id, "/shopper/email")
        assert refusal.value.receipt is not None
    assert all(lane.reveal(seal.record_id, "/shopper/email") for seal in asked[3:])
    assert lane.query("SELECT count(*) FROM vault_record WHERE length(body) = 0") == [(3,)]


def test_a_number_that_was_erased_is_never_given_out_again(lane: Lane) -> None:
    lane.seal()
    lane.close()
    bury(lane.folder, [Tombstone(50_000, "sub_later", 1, b"{}")])
    lane.open()
    assert lane.vault._keys.take("pii", MERCHANT)[0] > 50_000
