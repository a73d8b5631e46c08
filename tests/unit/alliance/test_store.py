from sealane.alliance import store
from sealane.alliance.store import SealedKey
from sealane.storage.database import Database, Transaction

PLACE = (bytes(16), "phone", "2026Q4")


def test_a_key_is_stored_sealed(database: Database) -> None:
    sealed = SealedKey(1, b"sealed", b"public", "ent_1")
    database.run(lambda tx: store.add_key(tx, "phone", "2026Q4", sealed))
    assert database.run(lambda tx: store.key(tx, "phone", "2026Q4")) == sealed
    assert database.run(lambda tx: store.key(tx, "phone", "2026Q3")) is None


def test_use_adds_up_by_member_and_day(database: Database) -> None:
    def flow(tx: Transaction) -> tuple[int, int, int]:
        store.use(tx, "mer_1", 5, 16)
        store.use(tx, "mer_1", 5, 32)
        return store.used(tx, "mer_1", 5), store.used(tx, "mer_1", 6), store.used(tx, "mer_2", 5)

    assert database.run(flow) == (48, 0, 0)


def test_a_report_ends_once(database: Database) -> None:
    def flow(tx: Transaction) -> str | None:
        store.add_report(tx, "ind_1", "mer_1", PLACE, ("drop_address", "watch", tx.now_us + 1))
        store.end_report(tx, "ind_1", "withdrawn")
        store.end_report(tx, "ind_1", "overturned")
        found = store.find_report(tx, "ind_1")
        assert found == store.find_reports(tx, PLACE, "mer_1")
        assert store.find_reports(tx, PLACE, "mer_2") is None
        return None if found is None else found.ended

    assert database.run(flow) == "withdrawn"


def test_an_expired_report_does_not_stand(database: Database) -> None:
    now_us = database.run(lambda tx: tx.now_us)
    database.run(lambda tx: store.add_report(tx, "ind_1", "mer_1", PLACE, ("drop_address", "watch", now_us + 10)))
    with database.reader() as connection:
        assert len(store.standing(connection, PLACE, now_us)) == 1
        assert store.standing(connection, PLACE, now_us + 10) == []


def test_changes_come_in_order(database: Database) -> None:
    for _ in range(3):
        database.run(lambda tx: store.change(tx, PLACE))
    with database.reader() as connection:
        assert [number for number, _ in store.changes(connection, 1, 10)] == [2, 3]
        assert [number for number, _ in store.changes(connection, 0, 2)] == [1, 2]
