from sealane.risk.serving import store
from sealane.storage.database import Database


def test_a_model_is_kept_once_and_found_by_its_hash(database: Database) -> None:
    database.run(lambda tx: store.keep_model(tx, "abc", "gbm-1", b"first"))
    database.run(lambda tx: store.keep_model(tx, "abc", "gbm-1", b"second"))
    with database.reader() as conn:
        assert store.model_body(conn, "abc") == b"first"
        assert store.model_body(conn, "def") is None


def test_challenges_come_back_in_order(database: Database) -> None:
    rows = [(f"dec_{at}", f"ord_{at}", "claim", "abc", at / 10, "review", 0.5, "approve") for at in range(3)]
    for row in rows:
        database.run(lambda tx, row=row: tx.insert(store.INSERT_CHALLENGE, row))  # type: ignore[misc]
    with database.reader() as conn:
        assert store.challengers(conn) == []
        assert [tuple(each) for each in store.challenges(conn, "abc")] == [(row[1], row[2], *row[4:]) for row in rows]


def test_challengers_are_named_once_the_last_to_score_first(database: Database) -> None:
    for named in ("old", "new"):
        database.run(lambda tx, named=named: store.keep_model(tx, named, f"gbm-{named}", b""))  # type: ignore[misc]
    for named in ("old", "new", "old", "new"):
        row = ("dec_1", "ord_1", "claim", named, 0.1, "review", 0.5, "approve")
        database.run(lambda tx, row=row: tx.insert(store.INSERT_CHALLENGE, row))  # type: ignore[misc]
    with database.reader() as conn:
        assert store.challengers(conn) == [("new", "gbm-new"), ("old", "gbm-old")]
