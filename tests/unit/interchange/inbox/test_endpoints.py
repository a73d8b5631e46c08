from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.inbox.endpoints import Endpoints, Safe, own_endpoint, source_named
from sealane.keys.ring import KeyRing
from sealane.model.errors import EnvelopeInvalid, InvalidInput, NotFound
from sealane.storage.database import Database

HOUR_US = 3_600_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def test_secrets_are_sealed_rotated_and_end(database: Database, tmp_path: Path) -> None:
    endpoints = Endpoints(Safe(KeyRing.open(tmp_path / "lane", root_key="ab" * 32)))
    endpoint_id = database.run(lambda tx: endpoints.add(tx, "mer_a", "ups", "the-first-secret", "api-key"))
    now = database.run(lambda tx: tx.now_us)
    with database.reader() as conn:
        row = own_endpoint(conn, endpoint_id, "mer_a")
        assert b"the-first-secret" not in row.secrets
        (found,) = endpoints.find(conn, "ups", None, now)
        assert (found.secrets, found.credential) == (("the-first-secret",), "api-key")
        assert "secret" not in repr(found)
        assert endpoints.find(conn, "dhl", endpoint_id, now) == []
        with pytest.raises(NotFound):
            own_endpoint(conn, endpoint_id, "mer_b")
    database.run(lambda tx: endpoints.rotate(tx, row, "the-second-secret", HOUR_US))
    with database.reader() as conn:
        both = ("the-second-secret", "the-first-secret")
        assert endpoints.find(conn, "ups", endpoint_id, now)[0].secrets == both
        assert endpoints.find(conn, "ups", endpoint_id, now + 2 * HOUR_US)[0].secrets == both[:1]


def test_a_sealed_secret_cannot_be_moved(tmp_path: Path) -> None:
    safe = Safe(KeyRing.open(tmp_path, root_key="ab" * 32))
    sealed = safe.seal(b"x", "hook_a")
    assert safe.open(sealed, "hook_a") == b"x"
    with pytest.raises(EnvelopeInvalid):
        safe.open(sealed, "hook_b")


def test_an_unknown_source_is_refused_with_the_list(database: Database) -> None:
    with pytest.raises(InvalidInput) as refusal:
        source_named("strype")
    assert "stripe" in refusal.value.advice
