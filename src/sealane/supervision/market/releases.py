"""The published market tables, and the budget they spend; all SQL of them.

The budget of a year is what the releases of a year spent.
"""

import sqlite3

import msgspec

from sealane.model.errors import Conflict
from sealane.storage.database import Transaction
from sealane.supervision.market.publication import RHO_A_YEAR_MICRO, Release

__all__ = ["add_release", "check_budget", "releases"]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Release).decode


def check_budget(tx: Transaction, period: str, rho_micro: int) -> None:
    """Make sure that the period was not released before and its year can pay for it.

    Raises:
        Conflict: when the period was released, or the budget of its year is spent.
    """
    if tx.one("SELECT 1 FROM market_release WHERE period = ?", (period,)):
        raise Conflict(f"The table of {period} was released already.", remedy="Read it: GET /v1/market/releases")
    row = tx.one("SELECT coalesce(sum(rho_micro), 0) FROM market_release WHERE year = ?", (int(period[:4]),))
    spent = int(row[0]) if row else 0
    if spent + rho_micro > RHO_A_YEAR_MICRO:
        raise Conflict(f"The privacy budget of {period[:4]} is spent.", remedy="Wait for the next year's budget.")


def add_release(tx: Transaction, release: Release, entry_id: str) -> None:
    """Keep a release and what it spent."""
    row = (release.period, int(release.period[:4]), release.rho_micro, entry_id, _encode(release))
    tx.insert("INSERT INTO market_release (period, year, rho_micro, entry_id, body) VALUES (?, ?, ?, ?, ?)", row)


def releases(conn: sqlite3.Connection) -> tuple[tuple[Release, str], ...]:
    """Return all releases with their log entries, newest first."""
    rows = conn.execute("SELECT body, entry_id FROM market_release ORDER BY period DESC")
    return tuple((_decode(body), entry_id) for body, entry_id in rows)
