"""What a flow writes through: rows wait in memory and go to the database together, once per batch."""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, NoReturn

from sealane.model.errors import Conflict
from sealane.storage.connection import CommitUnknown, ServerLost, disk_fault, reconnect

__all__ = ["NEWEST", "NEWS", "Batch", "Row", "Transaction"]

Row = tuple[Any, ...]

NEWEST = "last_us"
"""The row of `meta` with the time stamp of the newest commit."""

NEWS = "news_us"
"""The row of `meta` with the time stamp of the newest change to what servers keep in memory."""

_STATEMENTS = 2048


class Batch:
    """What the flows of one commit share: the connection, the rows that wait, and what the flows remember.

    `failure` is the error that makes the whole batch impossible; once it is set, nothing of the batch is committed.
    """

    __slots__ = ("connection", "counts", "failure", "has_begun", "has_effects", "is_dirty", "mark", "memory", "waiting")

    def __init__(self, connection: sqlite3.Connection, mark: str = NEWEST) -> None:
        self.connection = connection
        self.mark = mark
        self.counts: defaultdict[tuple[str, Row], int] = defaultdict(int)
        self.failure: BaseException | None = None
        self.has_begun = False
        self.has_effects = False
        self.is_dirty = False
        self.memory: dict[Hashable, Any] = {}
        self.waiting: defaultdict[str, list[Row]] = defaultdict(list)

    def begin(self) -> None:
        """Open the transaction in the database."""
        self.connection.execute("BEGIN")
        self.has_begun = True

    def flush(self, named: frozenset[str] | None = None) -> None:
        """Write the waiting rows, all of them or those of the named tables.

        Raises:
            sqlite3.Error: when a row is refused; also whatever binding a value raises. `failure` keeps it.
        """
        for (sql, key), amount in self.counts.items():
            if amount:
                self.waiting[sql].append((*key, amount))
        self.counts.clear()
        for sql in [sql for sql in self.waiting if named is None or _target(sql) in named]:
            self.is_dirty = True
            try:
                self.connection.executemany(sql, self.waiting.pop(sql))
            except BaseException as error:
                self.failure = error
                raise

    def commit(self, now_us: int) -> None:
        """Write what waits and make it durable; a batch that wrote nothing touches no disk.

        Raises:
            sqlite3.Error: when a row or the disk refuses; the caller rolls back.
        """
        self.flush()
        if self.is_dirty:
            for name in {NEWEST, self.mark}:
                self.connection.execute("UPDATE meta SET value = ? WHERE name = ?", (now_us, name))
            self._commit(now_us)
        else:
            self.roll_back()

    def _commit(self, now_us: int) -> None:
        """Commit; when the answer of a server is lost, ask it whether the commit happened.

        Raises:
            CommitUnknown: when it does not come back to tell; running the flows again could double them.
            sqlite3.Error: when it did not happen.
        """
        try:
            self.connection.execute("COMMIT")
        except ServerLost:
            if not reconnect(self.connection):
                raise CommitUnknown from None
            row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (self.mark,)).fetchone()
            if row is None or row[0] != now_us:
                raise

    def roll_back(self) -> None:
        """Forget everything since the last commit."""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")


class Transaction:
    """One flow's view of the database; later flows of the batch see its work if it succeeds, nobody if it fails.

    A flow may run a second time, so what it does outside the database belongs into `on_success` or `after_commit`.
    """

    __slots__ = (
        "_batch",
        "_connection",
        "_counts",
        "_effects",
        "_has_savepoint",
        "_learned",
        "_rows",
        "after",
        "failure",
        "now_us",
    )

    def __init__(self, batch: Batch, now_us: int) -> None:
        self.now_us = now_us
        self.after: list[Callable[[], None]] = []
        self._batch = batch
        self._connection = batch.connection
        self._counts: list[tuple[tuple[str, Row], int]] = []
        self._effects: list[Callable[[], None]] = []
        self.failure: BaseException | None = None
        self._has_savepoint = False
        self._learned: dict[Hashable, Any] = {}
        self._rows: list[tuple[str, Row]] = []

    def insert(self, sql: str, row: Row) -> None:
        """Add a row by an INSERT, with ON CONFLICT or without; it is written with the batch, or before it is read."""
        self._rows.append((sql, row))

    def count(self, sql: str, key: Row, amount: int) -> None:
        """Add to a running count; a batch sums the amounts of a key and writes `(*key, sum)` once, after the flow."""
        self._counts.append(((sql, key), amount))

    def execute(self, sql: str, params: Row = ()) -> int:
        """Change rows at once and return how many; rows that wait for the tables it names are written first.

        Raises:
            Conflict: when a constraint refuses the change.
            DependencyUnavailable: when the disk fails.
        """
        self._save()
        self._write_own(_words(sql))
        self._batch.is_dirty = True
        try:
            return self._connection.execute(sql, params).rowcount
        except sqlite3.Error as error:
            self._refuse(error)

    def one(self, sql: str, params: Row = (), *, flush: bool = True) -> Row | None:
        """Return the first row or None; `flush=False` when `recall` was asked first, so no waiting row can matter.

        Raises:
            DependencyUnavailable: when the disk fails.
        """
        if flush:
            self._catch_up(sql)
        try:
            row: Row | None = self._connection.execute(sql, params).fetchone()
        except sqlite3.Error as error:
            self._refuse(error)
        return row

    def all(self, sql: str, params: Row = ()) -> list[Row]:
        """Return all rows.

        Raises:
            DependencyUnavailable: when the disk fails.
        """
        self._catch_up(sql)
        try:
            return self._connection.execute(sql, params).fetchall()
        except sqlite3.Error as error:
            self._refuse(error)

    def remember(self, key: Hashable, value: Any) -> None:
        """Keep a value for this flow and, if it succeeds, for later flows of the batch."""
        self._learned[key] = value

    def recall(self, key: Hashable) -> Any | None:
        """Return what this flow, or an earlier one of the batch, remembers under the key."""
        learned = self._learned
        return learned[key] if key in learned else self._batch.memory.get(key)

    def announce(self) -> None:
        """Let every server of this installation read again what it keeps in memory, before its next flow."""
        self.execute("UPDATE meta SET value = ? WHERE name = ?", (self.now_us, NEWS))

    def on_success(self, effect: Callable[[], None]) -> None:
        """Run the effect when this flow has succeeded, before the next one starts."""
        self._effects.append(effect)

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run the effect on the writer thread once the batch is durable, before this flow's caller is answered."""
        self.after.append(effect)

    def confirm(self) -> None:
        """Make sure that the flow did not swallow the refusal of one of its rows.

        Raises:
            BaseException: that refusal.
        """
        if self.failure is not None:
            raise self.failure

    def keep(self) -> None:
        """Join this flow's work to the batch; called by the writer when the flow has returned.

        Raises:
            BaseException: what an effect raised; the batch is lost then.
        """
        if self._has_savepoint:
            self._connection.execute("RELEASE flow")
        batch = self._batch
        waiting = batch.waiting
        for sql, row in self._rows:
            waiting[sql].append(row)
        for name, amount in self._counts:
            batch.counts[name] += amount
        if self._learned:
            batch.memory.update(self._learned)
        if self._effects:
            batch.has_effects = True
            for effect in self._effects:
                effect()

    def undo(self) -> None:
        """Take back what this flow wrote; called by the writer when the flow has failed."""
        if self._has_savepoint and self._batch.failure is None:
            self._connection.execute("ROLLBACK TO flow")
            self._connection.execute("RELEASE flow")

    def _catch_up(self, sql: str) -> None:
        """Write the waiting rows that the statement could see."""
        if self._rows and any(_target(each) in _words(sql) for each, _ in self._rows):
            self._save()
            self._write_own(_words(sql))
        elif self._batch.waiting or self._batch.counts:
            self._batch.flush(_words(sql))

    def _save(self) -> None:
        """Set the savepoint to which a failure returns; what other flows wrote lies before it."""
        if not self._has_savepoint:
            self._batch.flush()
            self._connection.execute("SAVEPOINT flow")
            self._has_savepoint = True

    def _write_own(self, named: frozenset[str]) -> None:
        rows, self._rows = self._rows, []
        for sql, row in rows:
            if _target(sql) not in named:
                self._rows.append((sql, row))
                continue
            self._batch.is_dirty = True
            try:
                self._connection.execute(sql, row)
            except BaseException as error:
                self.failure = error
                if isinstance(error, sqlite3.Error):
                    self._refuse(error)
                raise

    def _refuse(self, error: sqlite3.Error) -> NoReturn:
        """Raise what the error means to a flow; a failing disk ends the whole batch."""
        fault = disk_fault(error)
        if fault is not None:
            self._batch.failure = error
            raise fault from error
        if isinstance(error, sqlite3.IntegrityError):
            raise Conflict(f"The stored data does not allow this: {error}.") from error
        raise error


@lru_cache(_STATEMENTS)
def _words(sql: str) -> frozenset[str]:
    """Return every word of a statement in lower case: a table that it reads is among them."""
    return frozenset(re.findall(r"\w+", sql.lower()))


@lru_cache(_STATEMENTS)
def _target(sql: str) -> str:
    """Return the table that a statement writes: `orders` for `INSERT INTO orders VALUES (?, ?)`."""
    found = re.search(r"\b(?:into|update|from)\s+(\w+)", sql.lower())
    return found[1] if found else ""
