"""Copying databases as of one moment, while servers go on writing them: the first half of a backup."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sealane.keys.ring import FILE as RING_FILE
from sealane.model.errors import NotFound
from sealane.settings import Settings
from sealane.storage.database import DATABASE_FILE
from sealane.vault.datakeys import copy_shared

__all__ = ["KEYS_FILE", "Tick", "copy_data", "copy_database", "copy_keys"]

KEYS_FILE = "vault-keys.db"
_PAGES = 2_048
_ATTEMPTS = 5

Tick = Callable[[str, int, int], None]
"""Told of progress: the name of what is copied, how much of it is done, and how much there is."""


def copy_database(source: Path, target: Path, tick: Tick) -> None:
    """Copy a database that others may be writing, as of one moment."""
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(target)) as there,
    ):
        # A read transaction holds the moment; without it, every commit of the server would start the copy anew.
        here.execute("BEGIN")
        here.execute("SELECT count(*) FROM sqlite_master").fetchone()
        here.backup(there, pages=_PAGES, progress=lambda _, left, total: tick(source.name, total - left, total))
    with target.open("rb") as file:
        os.fsync(file.fileno())


def copy_data(settings: Settings, target: Path, now: datetime, tick: Tick) -> None:
    """Copy the database of the data, wherever it is.

    Raises:
        Misconfigured: when its server does not answer.
    """
    if not settings.database:
        copy_database(Path(settings.data_dir) / DATABASE_FILE, target, tick)
        return
    from sealane.cli.privacy.served import copy_served  # noqa: PLC0415 - an extra, needed here alone

    copy_served(settings.database, target, now, tick)


def copy_keys(settings: Settings, target: Path, tick: Tick) -> bytes:
    """Copy the data keys, wherever they are, and return the ring that belongs to them.

    Raises:
        NotFound: when there is no ring.
    """
    if settings.keys_database:
        return _copy_shared(settings.keys_database, target)
    return _copy_own(Path(settings.data_dir), target, tick)


def _copy_shared(url: str, target: Path) -> bytes:
    """Copy the data keys of several servers, and return their ring.

    Raises:
        NotFound: when there is none.
    """
    ring = copy_shared(url, target / KEYS_FILE)
    if ring is None:
        raise NotFound("The database of keys holds no key ring.", remedy="Name the right `keys_database`.")
    return ring.encode()


def _copy_own(folder: Path, target: Path, tick: Tick) -> bytes:
    """Copy the data keys and return the ring that belongs to them: a rotation in between makes it begin anew."""
    for _ in range(_ATTEMPTS):
        ring = (folder / RING_FILE).read_bytes()
        (target / KEYS_FILE).unlink(missing_ok=True)
        copy_database(folder / KEYS_FILE, target / KEYS_FILE, tick)
        if (folder / RING_FILE).read_bytes() == ring:
            break
    return ring
