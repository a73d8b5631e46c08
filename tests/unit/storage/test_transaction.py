import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from sealane.model.errors import Conflict, NotFound
from sealane.storage.database import Database, Transaction

PUT = "INSERT INTO facts (name, value) VALUES (?, ?)"
ADD_UP = f"{PUT} ON CONFLICT (name) DO UPDATE SET value = facts.value + excluded.value"
GET = "SELECT value FROM facts WHERE name = ?"

Together = Callable[..., list[Any]]


def put(name: str, value: object = 1) -> Callable[[Transaction], str]:
    def flow(tx: Transaction) -> str:
        tx.insert(PUT, (name, value))
        return name

    return flow


def names(database: Database) -> list[str]:
    with database.reader() as connection:
        return [row[0] for row in connection.execute("SELECT name FROM facts ORDER BY name")]


def test_rows_of_a_statement_are_written_together(
    database: Database, together: Together, statements: list[str]
) -> None:
    assert together(database, put("a"), put("b"), put("c")) == ["a", "b", "c"]
    assert names(database) == ["a", "b", "c"]
    assert [s.split()[0] for s in statements] == ["BEGIN", "INSERT", "INSERT", "INSERT", "UPDATE", "COMMIT"]


def test_a_read_sees_waiting_rows_of_its_own_and_of_earlier_flows(database: Database, together: Together) -> None:
    def look(tx: Transaction) -> Any:
        tx.insert(PUT, ("b", 2))
        return tx.one(GET, ("a",)), tx.one(GET, ("b",)), tx.all("SELECT name FROM facts ORDER BY name")

    assert together(database, put("a"), look)[1] == ((1,), (2,), [("a",), ("b",)])


def test_a_read_sees_waiting_rows_however_the_statements_are_spelled(database: Database) -> None:
    def look(tx: Transaction) -> Any:
        tx.insert("insert into Facts values (?, ?)", ("a", 1))
        return tx.one("select value from FACTS")

    assert database.run(look) == (1,)


def test_a_read_writes_only_the_rows_it_could_see(database: Database, statements: list[str]) -> None:
    def look(tx: Transaction) -> Any:
        tx.insert(PUT, ("a", 1))
        return tx.one("SELECT value FROM meta WHERE name = 'nothing'"), tx.one(GET, ("a",), flush=False)

    assert database.run(look) == (None, None)
    assert "SAVEPOINT flow" not in statements
    assert names(database) == ["a"]


def test_a_failing_flow_takes_back_only_its_own(database: Database, together: Together) -> None:
    def fail(tx: Transaction) -> None:
        tx.insert(PUT, ("mine", 1))
        tx.remember("key", "mine")
        tx.count(ADD_UP, ("count",), 100)
        assert tx.all("SELECT name FROM facts ORDER BY name") == [("a",), ("mine",)]
        tx.execute("UPDATE facts SET value = 7 WHERE name = 'a'")
        raise NotFound("no such thing")

    def look(tx: Transaction) -> Any:
        return tx.recall("key"), tx.all("SELECT name, value FROM facts")

    _, failed, _, seen = together(database, put("a"), fail, put("b"), look)
    assert isinstance(failed, NotFound)
    assert seen == (None, [("a", 1), ("b", 1)])
    assert names(database) == ["a", "b"]


def test_a_savepoint_is_set_only_for_an_immediate_write(database: Database, statements: list[str]) -> None:
    database.run(put("a"))
    assert "SAVEPOINT flow" not in statements
    assert database.run(lambda tx: tx.execute("UPDATE facts SET value = 2")) == 1
    assert statements.count("SAVEPOINT flow") == statements.count("RELEASE flow") == 1


def test_an_immediate_write_finds_waiting_rows(database: Database, together: Together) -> None:
    def change(tx: Transaction) -> int:
        tx.insert(PUT, ("b", 1))
        return tx.execute("UPDATE facts SET value = value + 10")

    assert together(database, put("a"), change)[1] == 2
    with database.reader() as connection:
        assert connection.execute("SELECT sum(value) FROM facts").fetchone() == (22,)


def test_remembering_reaches_later_flows_of_the_batch_only(database: Database, together: Together) -> None:
    def tell(tx: Transaction) -> Any:
        tx.remember(("order", "1"), "told")
        tx.remember("none", None)
        return tx.recall(("order", "1"))

    def ask(tx: Transaction) -> Any:
        return tx.recall(("order", "1"))

    assert together(database, tell, ask) == ["told", "told"]
    assert database.run(ask) is None


def test_counts_of_a_batch_are_summed_before_they_are_written(
    database: Database, together: Together, statements: list[str]
) -> None:
    def count(amount: int) -> Callable[[Transaction], None]:
        return lambda tx: tx.count(ADD_UP, ("orders",), amount)

    together(database, count(1), count(5), count(-2), count(0))
    assert [s for s in statements if s.startswith("INSERT")] == [ADD_UP.replace("?, ?", "'orders', 4")]
    together(database, count(1), count(-1))
    database.run(count(3))
    with database.reader() as connection:
        assert connection.execute(GET, ("orders",)).fetchone() == (7,)


def test_counts_are_seen_by_reads_of_later_flows(database: Database, together: Together) -> None:
    count = together(
        database, lambda tx: tx.count(ADD_UP, ("orders",), 2), lambda tx: tx.one(GET, ("orders",)), put("other")
    )
    assert count[1] == (2,)


def test_effects_run_on_success_between_flows_and_after_the_commit(
    database: Database, together: Together, statements: list[str]
) -> None:
    heard: list[str] = []

    def tell(name: str) -> Callable[[Transaction], None]:
        def flow(tx: Transaction) -> None:
            heard.append(f"{name} runs")
            tx.insert(PUT, (name, 1))
            tx.on_success(lambda: heard.append(f"{name} succeeded"))
            tx.after_commit(lambda: heard.append(f"{name} durable after {statements[-1]}"))

        return flow

    def fail(tx: Transaction) -> None:
        tx.on_success(lambda: heard.append("never"))
        tx.after_commit(lambda: heard.append("never"))
        raise NotFound

    together(database, tell("a"), fail, tell("b"))
    assert heard == [
        "a runs", "a succeeded", "b runs", "b succeeded", "a durable after COMMIT", "b durable after COMMIT",
    ]  # fmt: skip


def test_a_refused_row_is_a_conflict_without_values(database: Database) -> None:
    database.run(put("a-private-name"))
    with pytest.raises(Conflict) as refusal:
        database.run(put("a-private-name"))
    assert "facts" in refusal.value.detail
    assert "private" not in refusal.value.detail
    with pytest.raises(Conflict):
        database.run(lambda tx: tx.execute(PUT, ("a-private-name", 1)))


def test_a_swallowed_refusal_still_fails_the_flow(database: Database, together: Together) -> None:
    def swallow(tx: Transaction) -> str:
        tx.insert(PUT, ("b", 1))
        tx.insert(PUT, ("a", 1))
        try:
            tx.one(GET, ("a",))
        except Conflict:
            return "as if nothing happened"
        return "no conflict"

    _, refused, _ = together(database, put("a"), swallow, put("c"))
    assert isinstance(refused, sqlite3.IntegrityError | Conflict)
    assert names(database) == ["a", "c"]


@pytest.mark.parametrize("value", [object(), 1 << 70, "\ud800", [1]])
def test_a_value_that_cannot_be_stored_fails_its_flow_alone(database: Database, together: Together, value: Any) -> None:
    first, failed, last = together(database, put("a"), put("b", value), put("c"))
    assert (first, last) == ("a", "c")
    assert isinstance(failed, Exception)
    assert names(database) == ["a", "c"]

    def read_back(tx: Transaction) -> None:
        tx.insert(PUT, ("b", value))
        tx.all("SELECT * FROM facts")

    first, failed, last = together(database, put("d"), read_back, put("e"))
    assert (first, last) == ("d", "e")
    assert isinstance(failed, Exception)
    assert names(database) == ["a", "c", "d", "e"]


def test_reads_and_writes_of_wrong_sql_fail_the_flow_alone(database: Database, together: Together) -> None:
    results = together(
        database,
        put("a"),
        lambda tx: tx.one("SELECT * FROM nowhere"),
        lambda tx: tx.all("SELECT * FROM nowhere"),
        lambda tx: tx.execute("DELETE FROM nowhere"),
        put("b"),
    )
    assert [type(result) for result in results[1:4]] == [sqlite3.OperationalError] * 3
    assert names(database) == ["a", "b"]
