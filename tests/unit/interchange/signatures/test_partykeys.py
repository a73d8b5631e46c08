from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sealane.interchange.signatures.partykeys import PartyKeys
from sealane.model.errors import InvalidInput, NotFound
from sealane.model.party import PartyRequest
from sealane.storage import parties
from sealane.storage.database import Database
from signing import Signing

SECOND = 1_000_000


class Clock:
    now = 1_795_340_000 * SECOND

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane", clock=clock)
    yield database
    database.close()


def test_a_key_begins_overlaps_ends_and_is_revoked(database: Database, clock: Clock) -> None:
    keys, pair = PartyKeys(database, clock), Signing("main")
    span = (clock.now + 10 * SECOND, clock.now + 100 * SECOND)
    key_id = database.run(lambda tx: keys.add(tx, "pty_a", pair.jwk, span_us=span))
    assert key_id == pair.thumbprint
    for wait, is_valid in ((0, False), (11, True), (88, True), (1, False)):
        clock.now += wait * SECOND
        assert [each.party_id for each in keys.valid("main")] == ["pty_a"] * is_valid
    database.run(lambda tx: keys.end(tx, "pty_a", key_id, clock.now + 50 * SECOND))
    assert keys.valid(key_id)
    database.run(lambda tx: keys.revoke(tx, "pty_a", key_id))
    assert not keys.valid(key_id)
    with database.reader() as conn:
        assert [each.state for each in keys.listing(conn, "pty_a")] == ["revoked"]
    with pytest.raises(NotFound):
        database.run(lambda tx: keys.end(tx, "pty_a", key_id, 1))
    with pytest.raises(NotFound):
        database.run(lambda tx: keys.revoke(tx, "pty_b", key_id))


@pytest.mark.parametrize("change", [{"d": "AA"}, {"kid": ""}, {"x": "AA"}, {"kty": "oct"}, {"use": "enc"}])
def test_a_key_that_cannot_sign_calls_is_refused(database: Database, clock: Clock, change: dict[str, Any]) -> None:
    keys = PartyKeys(database, clock)
    with pytest.raises(InvalidInput):
        database.run(lambda tx: keys.add(tx, "pty_a", Signing().jwk | change))


def test_keys_for_encryption_are_passed_over_at_registration(database: Database, clock: Clock) -> None:
    keys, pair = PartyKeys(database, clock), Signing()
    others = [{"kty": "OKP", "crv": "X25519", "x": "A" * 43}, pair.jwk | {"use": "enc"}]
    database.run(lambda tx: keys.enrol(tx, "pty_a", [*others, pair.jwk]))
    with database.reader() as conn:
        assert [each.key_id for each in keys.listing(conn, "pty_a")] == [pair.thumbprint]


def test_the_holder_of_a_key_is_read_once(database: Database, clock: Clock) -> None:
    keys = PartyKeys(database, clock)
    request = PartyRequest(name="Lamps", roles=("merchant",), country="PT")
    party = database.run(lambda tx: parties.add(tx, request, b"digest"))
    assert keys.holder(party.party_id) == party
    assert keys.holder(party.party_id) is keys.holder(party.party_id)
    with pytest.raises(NotFound):
        keys.holder("pty_nobody")
