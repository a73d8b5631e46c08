"""The shield's one look at the order book: does a tracking number belong to an order known here?"""

import sqlite3
from collections.abc import Iterable

__all__ = ["is_known_number"]

_FIND = "SELECT 1 FROM consignments WHERE tracking_number = ? LIMIT 1"


def is_known_number(conn: sqlite3.Connection, numbers: Iterable[str]) -> bool:
    """Tell whether a consignment bears one of these numbers, as given."""
    return any(conn.execute(_FIND, (number,)).fetchone() is not None for number in numbers)
