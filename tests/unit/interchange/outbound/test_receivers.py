from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.inbox.endpoints import Safe
from sealane.interchange.outbound import store
from sealane.interchange.outbound.receivers import KINDS, PEER, Receivers, Subscription, own_receiver
from sealane.keys.ring import KeyRing
from sealane.model.errors import Conflict, NotFound
from sealane.storage.database import Database

HOUR_US = 3_600_000_000
URL = "https://hooks.example.com/"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


@pytest.fixture
def receivers(tmp_path: Path) -> Receivers:
    ring = KeyRing.open(tmp_path / "lane", root_key="ab" * 32)
    return Receivers(Safe(ring), ring.signer("message"))


def row_of(database: Database, endpoint_id: str) -> store.ReceiverRow:
    with database.reader() as conn:
        return own_receiver(conn, endpoint_id, None)


def test_secrets_are_sealed_and_two_sign_until_the_overlap_ends(database: Database, receivers: Receivers) -> None:
    wanted = Subscription(URL, ("order.decided",), "v1")
    row, first = database.run(lambda tx: receivers.add(tx, "mer_a", wanted, 0))
    assert first.removeprefix("whsec_").encode() not in row.secrets
    second = database.run(lambda tx: receivers.rotate(tx, row, HOUR_US))
    now = database.run(lambda tx: tx.now_us)
    row = row_of(database, row.endpoint_id)
    both = receivers.sign(row, "out_1", b"{}", now_us=now).fields["webhook-signature"].split(" ")
    one = receivers.sign(row, "out_1", b"{}", now_us=now + 2 * HOUR_US).fields["webhook-signature"].split(" ")
    assert (len(both), len(one), first != second) == (2, 1, True)
    third = database.run(lambda tx: receivers.rotate(tx, row, 0))
    row = row_of(database, row.endpoint_id)
    assert third not in {first, second}
    assert len(receivers.sign(row, "out_1", b"{}", now_us=now).fields["webhook-signature"].split(" ")) == 1


@pytest.mark.parametrize("scheme", ["rfc9421", PEER])
def test_what_the_installation_signs_has_no_secret_of_its_own(
    database: Database, receivers: Receivers, scheme: str
) -> None:
    row, shown = database.run(lambda tx: receivers.add(tx, "pty_a", Subscription(URL, (), scheme), 0))
    assert shown == receivers.key_id == receivers.jwk["kid"]
    call = receivers.sign(row, "out_1", b"{}", now_us=1_795_340_000_000_000)
    assert f'keyid="{receivers.key_id}"' in call.fields["signature-input"]
    with pytest.raises(Conflict):
        database.run(lambda tx: receivers.rotate(tx, row, 0))


def test_another_partys_endpoint_is_none(database: Database, receivers: Receivers) -> None:
    row, _ = database.run(lambda tx: receivers.add(tx, "mer_a", Subscription(URL), 0))
    assert row.hears(KINDS[0])
    with database.reader() as conn:
        assert own_receiver(conn, row.endpoint_id, "mer_a") == row
        with pytest.raises(NotFound):
            own_receiver(conn, row.endpoint_id, "mer_b")
