from sealane.storage.database import Database
from sealane.storage.sharing import ALONE


def test_a_server_that_is_alone_always_leads(embedded: Database) -> None:
    ALONE.close()
    embedded.run(ALONE.confirm)
    assert ALONE.is_held
    assert ALONE.servers == 1
