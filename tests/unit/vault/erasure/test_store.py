from sealane.vault.erasure import store
from sealane.vault.store import Tombstone
from vaults import MERCHANT, Lane, card, request


def test_remains_owner_and_record_are_found(lane: Lane) -> None:
    seal = lane.seal()
    remains = lane.database.run(lambda tx: store.remains_of(tx, seal.subject_id))
    assert remains is not None
    assert remains.records == 1
    assert lane.database.run(lambda tx: store.record_subject(tx, seal.record_id)) == seal.subject_id
    assert lane.database.run(lambda tx: store.remains_of(tx, "sub_none")) is None
    with lane.database.reader() as conn:
        assert store.owner_of(conn, seal.subject_id) == MERCHANT
        assert store.owner_of(conn, "sub_none") is None
        assert store.receipt_of(conn, seal.subject_id) is None


def test_a_card_that_two_paid_with_is_of_neither_alone(lane: Lane) -> None:
    token = lane.add_card(card()).token
    one = lane.seal(request(shopper__account="a-1", payment__card={"token": token})).subject_id
    assert lane.database.run(lambda tx: store.cards_paid_only_by(tx, one)) == [token]
    lane.seal(request(shopper__account="a-2", payment__card={"token": token}))
    assert lane.database.run(lambda tx: store.cards_paid_only_by(tx, one)) == []


def test_a_tombstone_is_kept_once(lane: Lane) -> None:
    tombstone = Tombstone(7, "sub_1", 5, b"{}")
    for _ in range(2):
        lane.database.run(lambda tx: store.add_tombstone(tx, tombstone))
    with lane.database.reader() as conn:
        assert store.tombstones(conn) == [tombstone]
