from sealane.risk import store
from sealane.storage.database import Database, Transaction


def test_texts_are_kept_once(database: Database) -> None:
    database.run(lambda tx: store.keep_texts(tx, [("h1", "first")]))
    database.run(lambda tx: store.keep_texts(tx, [("h1", "second")]))
    with database.reader() as conn:
        assert store.text(conn, "h1") == "first"
        assert store.text(conn, "h2") is None


def test_facts_come_back_in_order(database: Database) -> None:
    def add(tx: Transaction) -> None:
        for seq in (1, 2, 3):
            tx.insert(store.INSERT_FACT, (seq, seq * 10, b"heads", b"fact %d" % seq))

    database.run(add)
    with database.reader() as conn:
        assert store.last_fact(conn) == (3, 30)
        assert [seq for seq, _ in store.facts_after(conn, 1)] == [2, 3]
        assert store.fact(conn, 2) == (b"heads", b"fact 2")
        assert store.fact(conn, 9) is None


def test_an_empty_store_knows_no_fact(database: Database) -> None:
    with database.reader() as conn:
        assert store.last_fact(conn) == (0, 0)
        assert store.last_mark(conn, "layout") == 0
        assert list(store.segments(conn)) == []


def test_decisions_are_found_by_id_and_by_order(database: Database) -> None:
    def add(tx: Transaction) -> None:
        tx.insert(store.INSERT_DECISION, ("dec_1", "ord_1", b"one"))
        tx.insert(store.INSERT_DECISION, ("dec_2", "ord_1", b"two"))

    database.run(add)
    with database.reader() as conn:
        assert store.decision_body(conn, "dec_1") == b"one"
        assert store.decision_body(conn, "dec_9") is None
        assert store.decision_bodies(conn, "ord_1") == [b"one", b"two"]


def test_the_last_mark_of_a_layout_stands(database: Database) -> None:
    def add(tx: Transaction) -> None:
        store.add_mark(tx, "a", 1, 10)
        store.add_mark(tx, "a", 2, 20)
        store.add_mark(tx, "b", 3, 30)

    database.run(add)
    with database.reader() as conn:
        assert store.last_mark(conn, "a") == 20


def test_replaced_segments_go_a_few_at_a_time(database: Database) -> None:
    def add(tx: Transaction) -> None:
        for segment_id in range(1, 31):
            store.add_segment(tx, segment_id, "a", b"body")

    database.run(add)
    assert [database.run(lambda tx: store.drop_segments(tx, 21)) for _ in range(3)] == [16, 4, 0]
    with database.reader() as conn:
        assert [segment_id for segment_id, _, _ in store.segments(conn)] == list(range(21, 31))
