from pathlib import Path
from typing import Any

import pytest

from sealane.model.errors import Conflict, NotFound
from sealane.storage.database import Database
from sealane.storage.people import passkeys

KEY = passkeys.Passkey(b"\x01" * 16, "prs_1", "{}", "localhost", 0, 5)


def test_a_passkey_is_found_used_and_forgotten(database: Database) -> None:
    database.run(lambda tx: passkeys.add(tx, KEY))
    database.run(lambda tx: passkeys.use(tx, KEY.credential, 7))
    found = database.run(lambda tx: passkeys.find(tx, KEY.credential))
    assert (found.person_id, found.uses) == ("prs_1", 7)
    assert found.used_us is not None
    with database.reader() as conn:
        assert passkeys.of_person(conn, "prs_1") == (found,)
    with pytest.raises(NotFound):
        database.run(lambda tx: passkeys.remove(tx, "prs_2", KEY.credential))
    database.run(lambda tx: passkeys.remove(tx, "prs_1", KEY.credential))
    with pytest.raises(NotFound):
        database.run(lambda tx: passkeys.find(tx, KEY.credential))


def test_one_credential_belongs_to_one_person(database: Database) -> None:
    database.run(lambda tx: passkeys.add(tx, KEY))
    with pytest.raises(Conflict):
        database.run(lambda tx: passkeys.add(tx, passkeys.Passkey(KEY.credential, "prs_2", "{}", "localhost", 0, 6)))


def test_a_challenge_is_good_once_and_for_its_person(database: Database) -> None:
    database.run(lambda tx: passkeys.add_challenge(tx, b"a", "prs_1"))
    with pytest.raises(NotFound):
        database.run(lambda tx: passkeys.spend_challenge(tx, b"a", None))
    database.run(lambda tx: passkeys.spend_challenge(tx, b"a", "prs_1"))
    with pytest.raises(NotFound):
        database.run(lambda tx: passkeys.spend_challenge(tx, b"a", "prs_1"))


def test_a_challenge_is_over_after_five_minutes(folder: Path, clock: Any) -> None:
    opened = Database.open(folder, clock=clock)
    opened.run(lambda tx: passkeys.add_challenge(tx, b"b", None))
    clock.now_us += (passkeys.CHALLENGE_SECONDS + 1) * 1_000_000
    with pytest.raises(NotFound):
        opened.run(lambda tx: passkeys.spend_challenge(tx, b"b", None))
    opened.close()
