from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.interchange.inbox.endpoints import Endpoints, Mode, Safe, check_mode, own_endpoint, source_named
from sealane.keys.ring import KeyRing
from sealane.model.errors import EnvelopeInvalid, InvalidInput, NotFound, NotPermitted
from sealane.storage.database import Database

HOUR_US = 3_600_000_000


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


def test_secrets_are_sealed_rotated_and_end(database: Database, tmp_path: Path) -> None:
    endpoints = Endpoints(Safe(KeyRing.open(tmp_path / "lane", root_key="ab" * 32)))
    endpoint_id = database.run(lambda tx: endpoints.add(tx, "mer_a", "ups", "the-first-secret", credential="api-key"))
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


def test_an_endpoint_of_one_mode_refuses_messages_of_the_other(database: Database, tmp_path: Path) -> None:
    endpoints = Endpoints(Safe(KeyRing.open(tmp_path / "lane", root_key="ab" * 32)))
    modes: tuple[Mode | None, ...] = ("live", "test", None)
    for mode in modes:
        made = database.run(lambda tx, mode=mode: endpoints.add(tx, "mer_a", "stripe", "a-secret", mode=mode))
        with database.reader() as conn:
            (endpoint,) = endpoints.find(conn, "stripe", made, 0)
            assert endpoints.mode_of(own_endpoint(conn, made, None)) == endpoint.mode == mode
        for is_live in (True, False):
            if mode is None or is_live == (mode == "live"):
                check_mode(endpoint, {"livemode": is_live})
            else:
                with pytest.raises(NotPermitted):
                    check_mode(endpoint, {"livemode": is_live})
    with database.reader() as conn:
        rows = endpoints.listing(conn, "mer_a")
        assert endpoints.listing(conn, "mer_b") == []
    assert len(rows) == 3
    database.run(lambda tx: endpoints.remove(tx, rows[0]))
    with database.reader() as conn:
        assert endpoints.listing(conn, None) == rows[1:]
