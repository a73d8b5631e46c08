"""Matching: a member's own copy of the register, in DIR/alliance.db, so that no server learns what was a hit.

The copy can be made again from the register at any time; it holds tags, no values.
"""

import sqlite3
import threading
from pathlib import Path
from typing import Self

from sealane.alliance import store
from sealane.alliance.inputs import Kind
from sealane.alliance.wire import Indicator, IndicatorPage
from sealane.model.errors import Misconfigured

__all__ = ["FILE", "Copy"]

FILE = "alliance.db"


class Copy:
    """The register at a member's own desk; one at a time may use it, from any thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the copy of a data folder, making it on first use.

        Raises:
            Misconfigured: when the file cannot be used.
        """
        try:
            connection = sqlite3.connect(folder / FILE, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(store.COPY_SCHEMA)
        except sqlite3.Error as error:
            raise Misconfigured(
                f"{folder / FILE} cannot be used: {error}.", remedy="Remove it; it is read from the register again."
            ) from None
        return cls(connection)

    @property
    def until(self) -> int:
        """The number of the last change that is in the copy."""
        with self._lock:
            return store.copied_until(self._connection)

    def apply(self, page: IndicatorPage) -> None:
        """Bring the copy up to a page of changes."""
        with self._lock:
            store.apply_change(self._connection, page.items)

    def find(self, kind: Kind, epoch: str, tag: bytes, now_us: int) -> Indicator | None:
        """Return what the register says about a tag, None when nothing."""
        with self._lock:
            return store.find_copy(self._connection, (tag, kind, epoch), now_us)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
