import pytest
from msgspec.structs import replace

from sealane.model.errors import NotFound
from sealane.storage.database import Database
from sealane.supervision.incidents import register
from sealane.supervision.incidents.record import Incident

ONE = Incident("inc_1", "pty_1", "t", "breach", "PT", ("gdpr",), {"aware": 5}, opened_us=1)
OTHER = Incident("inc_2", "pty_2", "u", "outage", "DE", ("dora",), {}, opened_us=2)


def test_an_incident_is_kept_changed_and_listed_by_party(database: Database) -> None:
    database.run(lambda tx: (register.put(tx, ONE), register.put(tx, OTHER)))
    changed = replace(ONE, moments={"aware": 5, "handled": 9})

    def change(tx: object) -> None:
        assert register.get(tx, "inc_1") == ONE  # type: ignore[arg-type]
        register.put(tx, changed)  # type: ignore[arg-type]

    database.run(change)
    with database.reader() as connection:
        assert register.incident(connection, "inc_1") == changed
        assert register.incidents(connection) == (OTHER, changed)
        assert register.incidents(connection, "pty_1") == (changed,)
        with pytest.raises(NotFound):
            register.incident(connection, "inc_3")
