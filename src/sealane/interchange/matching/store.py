"""All SQL of the match's findings; private to the room."""

import sqlite3
from collections.abc import Iterator

import msgspec

from sealane.interchange.matching.mismatch import Mismatch
from sealane.storage.database import Transaction
from sealane.storage.rows.statements import select_from

__all__ = ["FindingRow"]

MATCHED = "outbox_matched"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Mismatch).decode


class FindingRow(msgspec.Struct, frozen=True):
    """A mismatch of an order, since when it holds and, once it does not any more, until when it did."""

    order_id: str
    merchant_id: str
    mismatch: Mismatch
    found_us: int
    cleared_us: int | None


_COLUMNS = ("order_id", "merchant_id", "document", "found_us", "cleared_us")
_SELECT = select_from("match_findings", _COLUMNS)


def open_findings(tx: Transaction, order_id: str) -> dict[tuple[str, str], Mismatch]:
    """Return what is open about an order, by code and place."""
    sql = "SELECT document FROM match_findings WHERE order_id = ? AND cleared_us IS NULL"
    found = (_decode(document) for (document,) in tx.all(sql, (order_id,)))
    return {(each.code, each.place): each for each in found}


def put(tx: Transaction, order_id: str, merchant_id: str, mismatch: Mismatch) -> None:
    """Store a finding, also one that holds again."""
    tx.execute(
        """INSERT INTO match_findings (order_id, code, place, merchant_id, document, found_us) VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (order_id, code, place) DO UPDATE
           SET document = excluded.document, found_us = excluded.found_us, cleared_us = NULL""",
        (order_id, mismatch.code, mismatch.place, merchant_id, _encode(mismatch), tx.now_us),
    )


def clear(tx: Transaction, order_id: str, mismatch: Mismatch) -> None:
    """Note that a finding holds no longer."""
    sql = "UPDATE match_findings SET cleared_us = ? WHERE order_id = ? AND code = ? AND place = ?"
    tx.execute(sql, (tx.now_us, order_id, mismatch.code, mismatch.place))


def of_order(conn: sqlite3.Connection, order_id: str) -> list[FindingRow]:
    """Return all findings about an order, oldest first."""
    sql = f"{_SELECT} WHERE order_id = ? ORDER BY found_us, code, place"
    return [_row(row) for row in conn.execute(sql, (order_id,))]


def page(
    conn: sqlite3.Connection, merchant_id: str | None, *, code: str | None, after: tuple[int, str, str, str], limit: int
) -> list[FindingRow]:
    """Return open findings, the latest first, from before a place on."""
    sql = f"""{_SELECT} WHERE cleared_us IS NULL AND coalesce(?, merchant_id) = merchant_id
        AND coalesce(?, code) = code AND (found_us, order_id, code, place) < (?, ?, ?, ?)
        ORDER BY found_us DESC, order_id DESC, code DESC, place DESC LIMIT ?"""
    return [_row(row) for row in conn.execute(sql, (merchant_id, code, *after, limit))]


def totals(conn: sqlite3.Connection, merchant_id: str | None) -> Iterator[tuple[str, int, int]]:
    """Yield each code with how many findings are open and how many orders they are about, the most first."""
    yield from conn.execute(
        """SELECT code, count(*), count(DISTINCT order_id) FROM match_findings
           WHERE cleared_us IS NULL AND coalesce(?, merchant_id) = merchant_id
           GROUP BY code ORDER BY count(*) DESC, code""",
        (merchant_id,),
    )


def matched(conn: sqlite3.Connection) -> int:
    """Return the number of the last notice whose order was matched."""
    return int(conn.execute("SELECT value FROM meta WHERE name = ?", (MATCHED,)).fetchone()[0])


def move_matched(tx: Transaction, after: int) -> None:
    """Note that the orders of notices up to one were matched."""
    tx.execute("UPDATE meta SET value = ? WHERE name = ? AND value < ?", (after, MATCHED, after))


def _row(row: tuple[str, str, bytes, int, int | None]) -> FindingRow:
    return FindingRow(row[0], row[1], _decode(row[2]), row[3], row[4])
