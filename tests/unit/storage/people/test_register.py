import pytest

from sealane.keys.secrets import digest
from sealane.model.errors import NotFound
from sealane.model.party import OPERATOR_ID
from sealane.storage.database import Database
from sealane.storage.people import register


def test_the_register_begins_with_the_holder_of_the_operators_key(database: Database) -> None:
    with database.reader() as conn:
        assert [each.person.person_id for each in register.everyone(conn)] == [OPERATOR_ID]
        assert register.by_id(conn, OPERATOR_ID).person.roles == ("operator",)
        with pytest.raises(NotFound):
            register.by_id(conn, "prs_nobody")


def test_people_come_change_and_leave_and_stay_on_record(database: Database) -> None:
    mira = database.run(lambda tx: register.add(tx, "Mira", ("analyst", "auditor"), OPERATOR_ID))
    database.run(lambda tx: register.change(tx, mira.person_id, ("operator",)))
    assert set(database.run(register.operators)) == {OPERATOR_ID, mira.person_id}
    secret = (digest("ss_x"), 0, 1, "cf", mira.person_id)
    sql = "INSERT INTO console_session (digest, created_us, expires_us, csrf, person_id) VALUES (?, ?, ?, ?, ?)"
    database.run(lambda tx: tx.execute(sql, secret))
    database.run(lambda tx: register.dismiss(tx, mira.person_id))
    assert database.run(register.operators) == (OPERATOR_ID,)
    with database.reader() as conn:
        found = register.by_id(conn, mira.person_id)
        assert (found.person.name, found.added_by) == ("Mira", OPERATOR_ID)
        assert found.left_us is not None
        assert register.everyone(conn)[-1].person.person_id == mira.person_id
        assert conn.execute("SELECT count(*) FROM console_session").fetchone() == (0,)
