"""A thousand redemptions of one grant at once, and a release that fails half-way: one use, one entry, or nothing."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from orders import order
from sealane.app import Sealane, open_lane
from sealane.disclosure import Grant
from sealane.flows.privacy.disclose import Answer, Denied, Redemption, redeem
from sealane.flows.privacy.granting import GrantRequest, grant
from sealane.model.errors import EnvelopeInvalid
from sealane.model.party import Party, PartyRequest
from sealane.storage import orderbook, parties
from sealane.storage.database import Transaction
from sealane.vault import store


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealane]:
    with open_lane(tmp_path_factory.mktemp("race") / "lane") as opened:
        yield opened


@pytest.fixture(scope="module")
def carrier(lane: Sealane) -> Party:
    request = PartyRequest(name="Fast Wings", roles=("carrier",), country="PT")
    return lane.rooms.database.run(lambda tx: parties.add(tx, request, os.urandom(32)))


def granted(lane: Sealane, carrier: Party, **terms: Any) -> Grant:
    merchant = lane.merchant("Local merchant")
    placed = lane.place(order())
    asked: dict[str, Any] = {"party_id": carrier.party_id, "purpose": "deliver", "leg": "last-mile", **terms}
    request = GrantRequest(order=placed.order_id, **asked)
    return lane.rooms.database.run(lambda tx: grant(lane.rooms, merchant, request, tx)).grant


def flow_of(lane: Sealane, carrier: Party, found: Grant) -> Any:
    def flow(tx: Transaction) -> Answer | Denied:
        named = lane.rooms.disclosure.grant(tx, lane.rooms.disclosure.secret(found))
        return redeem(lane.rooms, Redemption(carrier, named), tx)

    return flow


def counted(lane: Sealane, sql: str, *params: Any) -> int:
    with lane.rooms.database.reader() as conn:
        return int(conn.execute(sql, params).fetchone()[0])


@pytest.mark.parametrize("uses", [1, 3])
def test_of_a_thousand_exactly_as_many_win_as_there_are_uses(lane: Sealane, carrier: Party, uses: int) -> None:
    found = granted(lane, carrier, max_uses=uses)
    flow = flow_of(lane, carrier, found)

    async def race() -> list[Answer | Denied]:
        return list(await asyncio.gather(*(lane.rooms.database.run_async(flow) for _ in range(1_000))))

    done = asyncio.run(race())
    won = [each for each in done if isinstance(each, Answer)]
    assert len(won) == uses
    assert {each.refusal.code for each in done if isinstance(each, Denied)} == {"grant-spent"}
    assert len({each.released.log_entry for each in won}) == uses
    assert counted(lane, "SELECT count(*) FROM disclosure_release WHERE order_id = ?", found.order_id) == uses
    assert counted(lane, "SELECT count(*) FROM disclosure_attempt WHERE order_id = ?", found.order_id) == 1_000 - uses


def test_a_release_reads_the_sealed_record_once(lane: Sealane, carrier: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    found, read, find = granted(lane, carrier), [], store.find_record
    monkeypatch.setattr(store, "find_record", lambda conn, name: (read.append(name), find(conn, name))[1])
    assert isinstance(lane.rooms.database.run(flow_of(lane, carrier, found)), Answer)
    assert len(read) == 1


def test_every_release_has_its_log_entry_and_a_failed_one_leaves_nothing(lane: Sealane, carrier: Party) -> None:
    found = granted(lane, carrier)
    order_id, record_id = found.order_id, _record(lane, found.order_id)
    damaged = _damaged(lane, record_id)
    sql = "UPDATE vault_record SET body = ? WHERE record_id = ?"
    lane.rooms.database.run(lambda tx: tx.execute(sql, (damaged, record_id)))
    entries = counted(lane, "SELECT count(*) FROM log_entry")
    with pytest.raises(EnvelopeInvalid):
        lane.rooms.database.run(flow_of(lane, carrier, found))
    assert counted(lane, "SELECT uses FROM disclosure_grant WHERE reference = ?", found.reference) == 0
    assert counted(lane, "SELECT count(*) FROM log_entry") == entries
    assert counted(lane, "SELECT count(*) FROM disclosure_release WHERE order_id = ?", order_id) == 0
    with lane.rooms.database.reader() as conn:
        rows = conn.execute("SELECT document FROM disclosure_release").fetchall()
        sql = "SELECT count(*) FROM log_entry WHERE instr(leaf, ?) > 0"
        logged = conn.execute(sql, (b"disclosure.released",)).fetchone()[0]
    assert len(rows) == logged


def _record(lane: Sealane, order_id: str) -> str:
    with lane.rooms.database.reader() as conn:
        return orderbook.read(conn, order_id).seal.record_id


def _damaged(lane: Sealane, record_id: str) -> bytes:
    """Return the record's body with a bit of each envelope turned."""
    with lane.rooms.database.reader() as conn:
        body = conn.execute("SELECT body FROM vault_record WHERE record_id = ?", (record_id,)).fetchone()[0]
    fields = msgspec.msgpack.decode(body, type=dict[str, bytes])
    return msgspec.msgpack.encode({name: each[:-1] + bytes([each[-1] ^ 1]) for name, each in fields.items()})
