import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from sealane.model.errors import Conflict, Erased, NotFound
from sealane.model.sealed import OrderSeal
from sealane.storage.database import Transaction
from vaults import MERCHANT, Lane, request, stored


def subjects(*seals: OrderSeal) -> int:
    return len({seal.subject_id for seal in seals})


def test_an_account_is_one_subject_whatever_else_changes(lane: Lane) -> None:
    first = lane.seal(request())
    second = lane.seal(request(shopper__email="other@example.com", shopper__name="Other"))
    assert subjects(first, second) == 1
    assert first.record_id != second.record_id


def test_without_an_account_the_e_mail_address_decides(lane: Lane) -> None:
    same = [
        lane.seal(request(shopper__account=None, shopper__email=email)) for email in ("a@b.example", " A@B.example")
    ]
    other = lane.seal(request(shopper__account=None, shopper__email="c@b.example"))
    with_account = lane.seal(request(shopper__account="a@b.example", shopper__email="a@b.example"))
    assert subjects(*same) == 1
    assert subjects(*same, other, with_account) == 3


def test_who_gives_neither_is_new_each_time(lane: Lane) -> None:
    assert subjects(*(lane.seal(request(shopper={"name": "Ana Silva"})) for _ in range(3))) == 3


def test_merchants_share_no_subject(lane: Lane) -> None:
    assert subjects(lane.seal(request(), "mer_a"), lane.seal(request(), "mer_b")) == 2


def test_a_returning_shopper_is_found_after_a_restart(lane: Lane) -> None:
    before = lane.seal()
    lane.reopen()
    after = lane.seal()
    assert subjects(before, after) == 1
    assert lane.reveal(before.record_id, "/shopper/name") == lane.reveal(after.record_id, "/shopper/name")


def test_orders_of_one_batch_see_each_others_subjects(lane: Lane) -> None:
    asked = request()

    async def at_once() -> list[OrderSeal]:
        flows = [lane.database.run_async(lambda tx: lane.vault.seal_order(tx, MERCHANT, asked)) for _ in range(50)]
        return await asyncio.gather(*flows)

    assert subjects(*asyncio.run(at_once())) == 1
    assert lane.query("SELECT count(*) FROM vault_subject") == [(1,)]


def test_threads_at_once_make_one_subject(lane: Lane) -> None:
    asked = request()
    with ThreadPoolExecutor(8) as pool:
        seals = list(pool.map(lambda _: lane.seal(asked), range(64)))
    assert subjects(*seals) == 1


def test_a_failed_order_leaves_no_subject_behind(lane: Lane) -> None:
    asked = request()

    def fail(tx: Transaction) -> None:
        lane.vault.seal_order(tx, MERCHANT, asked)
        raise Conflict("no")

    with pytest.raises(Conflict):
        lane.database.run(fail)
    assert lane.query("SELECT count(*) FROM vault_subject") == [(0,)]
    seal = lane.seal(asked)
    assert lane.query("SELECT subject_id FROM vault_subject") == [(seal.subject_id,)]
    assert lane.reveal(seal.record_id, "/shopper/name") == {"/shopper/name": "Ana Silva"}


def test_the_identity_is_blinded(lane: Lane) -> None:
    seal = lane.seal()
    ((identity,),) = lane.query("SELECT identity FROM vault_subject WHERE subject_id = ?", seal.subject_id)
    assert len(identity) == 16
    assert identity not in {seal.links.account, seal.links.email}


def test_an_event_finds_its_subject_and_an_unknown_one_is_told(lane: Lane) -> None:
    asked = request()
    seal = lane.seal(asked)
    event = lane.seal_event(stored(asked, seal), b"{}")
    assert lane.query("SELECT subject_id FROM vault_record WHERE record_id = ?", event.record_id) == [
        (seal.subject_id,)
    ]
    lane.reopen()
    lane.seal_event(stored(asked, seal), b"{}")
    foreign = OrderSeal("sub_none", "rec_none", seal.links, seal.traits, (), ())
    with pytest.raises(NotFound):
        lane.seal_event(stored(asked, foreign), b"{}")


def test_a_shopper_without_a_key_is_erased(lane: Lane) -> None:
    lane.seal()
    lane.close()
    connection = sqlite3.connect(lane.folder / "vault-keys.db")
    with connection:
        connection.execute("DELETE FROM data_key")
    connection.close()
    lane.open()
    with pytest.raises(Erased):
        lane.seal()
