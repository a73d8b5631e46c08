import pytest

from sealane.model.errors import Conflict, NotFound
from sealane.storage.database import Database, Transaction
from sealane.storage.people import identities
from sealane.storage.people.identities import Begun


def test_a_begun_sign_in_comes_back_once(database: Database) -> None:
    begun = Begun("prs_1", "/console")
    database.run(lambda tx: identities.add_request(tx, b"one", begun))
    assert database.run(lambda tx: identities.spend_request(tx, b"one")) == begun
    for digest in (b"one", b"two"):
        with pytest.raises(NotFound):
            database.run(lambda tx, digest=digest: identities.spend_request(tx, digest))


def test_an_identity_is_one_persons(database: Database) -> None:
    def flow(tx: Transaction) -> None:
        identities.add(tx, "https://id.example", "u-1", "prs_1")
        assert identities.person_of(tx, "https://id.example", "u-1") == "prs_1"
        assert identities.person_of(tx, "https://other.example", "u-1") is None

    database.run(flow)
    with pytest.raises(Conflict):
        database.run(lambda tx: identities.add(tx, "https://id.example", "u-1", "prs_2"))
    with database.reader() as conn:
        assert identities.linked(conn) == {"prs_1"}
