"""The room: what it signs is recorded, what is ended stays ended, and only by whom it belongs to."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sealane.keys.signing import Signer
from sealane.model.errors import NotFound
from sealane.shield import editions
from sealane.shield.checking import check, nothing_known
from sealane.shield.editions import read_edition, sign_edition
from sealane.shield.notices import Notice, notice_id
from sealane.shield.registry import RELEASED, default_registry, put_in_force
from sealane.shield.room import Shield, as_jwk, trust_of
from sealane.storage.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "lane", clock=lambda: 1_000 * 1_000_000)
    yield opened
    opened.close()


def issued(database: Database, shield: Shield) -> str:
    notice = Notice("lamps.example", "cns_1", "delay", 900, 2_000)
    if not database.run(shield.has_key):
        database.run(lambda tx: shield.add_key(tx, "ent_1"))
    return database.run(lambda tx: shield.issue(tx, notice, "mer_1"))


def test_a_notice_is_genuine_until_it_is_ended(database: Database, tmp_path: Path) -> None:
    shield = Shield.open(Signer.from_seed(b"\x09" * 32), tmp_path)
    token = issued(database, shield)

    def verdict() -> str:
        with database.reader() as conn:
            return check(token, nothing_known, trust_of(conn, 1_000 * 1_000_000)).verdict

    assert verdict() == "genuine"
    with pytest.raises(NotFound):
        database.run(lambda tx: shield.end(tx, notice_id(token), "spent", "mer_2"))
    assert verdict() == "genuine"
    assert database.run(lambda tx: shield.end(tx, notice_id(token), "spent", "mer_1")) == "spent"
    assert database.run(lambda tx: shield.end(tx, notice_id(token), "withdrawn", None)) == "spent"
    assert verdict() == "unknown"


def test_a_notice_is_found_by_its_id(database: Database, tmp_path: Path) -> None:
    shield = Shield.open(Signer.generate(), tmp_path)
    token = issued(database, shield)
    with database.reader() as conn:
        assert Shield.token_of(conn, notice_id(token)) == token
        assert Shield.pins(conn)[shield.key_id][1] == "ent_1"
        with pytest.raises(NotFound):
            Shield.token_of(conn, "A" * 22)


def test_the_public_key_as_a_json_web_key() -> None:
    # RFC 8037 appendix A.2.
    raw = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert as_jwk(raw)["x"] == "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"


def test_an_edition_put_into_the_folder_is_taken_up_by_a_running_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = Signer.generate()
    released = RELEASED.read_bytes()
    version = read_edition(released, editions.release_key(), "release")[0].version
    newer = released.replace(b"version = %d" % version, b"version = %d" % (version + 1)).replace(
        b'title = "DHL"', b'title = "DHL of tomorrow"'
    )
    monkeypatch.setattr(editions, "release_key", lambda: signer.public_key)
    monkeypatch.setattr(editions, "RELEASED", tmp_path / "released.toml")
    (tmp_path / "released.toml").write_bytes(sign_edition(released, signer))
    before = default_registry()
    try:
        shield = Shield.open(signer, tmp_path)
        shield.refresh()
        assert default_registry().brands["dhl"].title == "DHL"
        path = tmp_path / editions.FILE
        path.write_bytes(sign_edition(newer, signer))
        path.chmod(0o600)
        shield.refresh()
        assert default_registry().brands["dhl"].title == "DHL of tomorrow"
        path.write_bytes(sign_edition(newer, Signer.generate()))
        shield.refresh()
        assert default_registry().brands["dhl"].title == "DHL of tomorrow"
    finally:
        put_in_force(before)
