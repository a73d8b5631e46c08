"""The one statement that takes a use, and the rows around it."""

from typing import Any

import pytest

from sealane.disclosure import AttemptRow, WaybillRow, store
from sealane.model.ids import new_id


def used(room: Any, grant: Any, party_id: str = "pty_1") -> bool:
    return bool(room.run(lambda tx: store.use(tx, grant.digest, party_id)))


def test_uses_are_counted_down_to_none(room: Any) -> None:
    grant = room.issue(max_uses=2, expires_us=room.clock.now_us * 2)
    assert [used(room, grant) for _ in range(3)] == [True, True, False]
    assert room.again(grant).uses == 2


@pytest.mark.parametrize(
    "change",
    [{"max_uses": 0}, {"expires_us": 1}, {"not_before_us": 1 << 61}],
    ids=lambda change: next(iter(change)),
)
def test_a_grant_that_is_not_open_gives_no_use(room: Any, change: dict[str, int]) -> None:
    assert not used(room, room.issue(**{"expires_us": 1 << 61, **change}))


def test_no_other_party_takes_a_use_and_a_revoked_one_gives_none(room: Any) -> None:
    grant = room.issue(expires_us=1 << 61)
    assert not used(room, grant, "pty_2")
    assert room.run(lambda tx: store.revoke(tx, grant.digest, "the shop ended it"))
    assert not room.run(lambda tx: store.revoke(tx, grant.digest, "again"))
    assert not used(room, grant)
    assert room.again(grant).revoked_because == "the shop ended it"


def test_a_leg_opens_what_waits_and_shortens_what_runs(room: Any) -> None:
    grant = room.issue(is_waiting=True, not_before_us=1 << 62, expires_us=1 << 61)
    room.run(lambda tx: store.open_leg(tx, grant.digest))
    assert room.again(grant).is_waiting == 0
    room.run(lambda tx: store.close_leg(tx, grant.digest, 1 << 60))
    room.run(lambda tx: store.close_leg(tx, grant.digest, 1 << 61))
    assert room.again(grant).expires_us == 1 << 60


def test_attempts_waybills_and_canaries_are_found_again(room: Any) -> None:
    attempt = AttemptRow(1 << 60, "gnt_1", "ord_1", "pty_1", "grant-spent")
    waybill = WaybillRow("4Z7K", "ord_1", "cns_1", "mer_1", "gnt_1", "PT-11", 5)
    subject = new_id("sub")
    room.run(lambda tx: store.add_attempt(tx, attempt))
    room.run(lambda tx: store.add_waybill(tx, waybill))
    for _ in range(2):
        room.run(lambda tx: store.mark_canary(tx, subject))
    assert room.run(lambda tx: store.is_canary(tx, subject))
    assert not room.run(lambda tx: store.is_canary(tx, "sub_0"))
    with room.lane.rooms.database.reader() as conn:
        assert store.attempts(conn, 1) == [attempt]
        assert store.find_waybill(conn, "4Z7K") == waybill
        assert store.find_waybill(conn, "0000") is None


def test_pages_of_releases_go_on_where_they_ended(room: Any) -> None:
    subject = new_id("sub")
    for number in range(3):
        row = store.Release(b"%d" % number, "ent", "jws")
        room.run(lambda tx, row=row: store.add_release(tx, (new_id("dsc"), subject, "ord_9"), row))
    with room.lane.rooms.database.reader() as conn:
        first = store.releases_of_subject(conn, subject, (1 << 62, ""), 2)
        rest = store.releases_of_subject(conn, subject, first[-1][:2], 2)
        assert [each[2].statement for each in first + rest] == [b"2", b"1", b"0"]
        assert len(store.releases_of_order(conn, "ord_9")) == 3
