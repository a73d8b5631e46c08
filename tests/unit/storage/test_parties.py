import hashlib
from typing import Any

import pytest

from sealane.model.errors import Conflict, NotFound
from sealane.model.party import OPERATOR, PartyRequest
from sealane.storage import parties
from sealane.storage.database import Database

REQUEST = PartyRequest(
    name="Lisboa Lamps", roles=("merchant",), country="PT", domains=("lamps.example",), public_keys=({"kty": "OKP"},)
)


def digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def test_a_party_is_found_by_its_secret_its_id_and_its_name(database: Database) -> None:
    party = database.run(lambda tx: parties.add(tx, REQUEST, digest("sk_1")))
    assert party.party_id.startswith("mer_")
    assert (party.name, party.roles, party.country) == ("Lisboa Lamps", ("merchant",), "PT")
    with database.reader() as connection:
        assert parties.by_secret(connection, digest("sk_1")) == party
        assert parties.by_secret(connection, digest("sk_2")) is None
        assert parties.by_id(connection, party.party_id) == party
    assert database.run(lambda tx: parties.by_name(tx, "Lisboa Lamps")) == party
    assert database.run(lambda tx: parties.by_name(tx, "Nobody")) is None


def test_a_party_of_the_same_batch_is_found_and_the_first_name_wins(database: Database, together: Any) -> None:
    carrier = PartyRequest(name="Lisboa Lamps", roles=("carrier",), country="PT")
    first, second, found = together(
        database,
        lambda tx: parties.add(tx, REQUEST, digest("sk_1")),
        lambda tx: parties.add(tx, carrier, digest("sk_2")),
        lambda tx: parties.by_name(tx, "Lisboa Lamps"),
    )
    assert found == first
    assert second.party_id.startswith("pty_")


def test_a_secret_belongs_to_one_party(database: Database) -> None:
    database.run(lambda tx: parties.add(tx, REQUEST, digest("sk_1")))
    with pytest.raises(Conflict):
        database.run(lambda tx: parties.add(tx, REQUEST, digest("sk_1")))


def test_an_unknown_party_is_not_found_and_the_operator_always_is(database: Database) -> None:
    with database.reader() as connection:
        with pytest.raises(NotFound):
            parties.by_id(connection, "mer_0")
        assert parties.by_id(connection, OPERATOR.party_id) is OPERATOR
