"""Putting backups back: every erasure that is known anywhere is carried out before anything is served."""

import os
import shutil
import sqlite3
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from sealane.app import Sealane
from sealane.cli.privacy.archive import DATA, KEYS, read_manifest
from sealane.cli.privacy.copying import KEYS_FILE, copy_database
from sealane.keys.ring import FILE as RING_FILE
from sealane.model.errors import Misconfigured, ProofInvalid
from sealane.settings import Settings
from sealane.storage.database import DATABASE_FILE
from sealane.storage.folder import FolderLock
from sealane.supervision.checkpoint import open_checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.tiles import ENTRIES, TILE_WIDTH, Edge, Tile, decode_bundle
from sealane.vault.erasure.erasing import Tombstone, bury

__all__ = ["Restored", "restore"]

_SOURCES = {
    DATABASE_FILE: "SELECT key_number, subject_id, erased_us, receipt FROM vault_tombstone",
    KEYS_FILE: "SELECT number, subject_id, erased_us, receipt FROM erased",
}
_DATA_FILES = (DATABASE_FILE, f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm", "log")
_KEY_FILES = (KEYS_FILE, f"{KEYS_FILE}-wal", f"{KEYS_FILE}-shm", RING_FILE)


class Restored(NamedTuple):
    """What a restore did: the erasures it knew of, and where what lay there before is now."""

    erasures: int
    replaced: Path | None


def restore(settings: Settings, data: Path, keys: Path | None, now: datetime) -> Restored:
    """Put a backup of the data into the folder, with its present keys or those of a backup.

    Erasures are gathered from what lies in the folder now, from the servers that the settings name, as far as they
    answer, and from every backup beside the named ones, so that one made after the backup holds. What lay in the folder
    before is moved aside. An installation of servers comes back as that of one folder; see `sealane migrate`.

    Raises:
        NotFound: when a named folder is no backup.
        Misconfigured: when the folder is in use, or the parts do not belong together.
        ProofInvalid: when the log in the backup is not the one that its checkpoint signs.
    """
    folder = Path(settings.data_dir)
    read_manifest(data)
    if keys is not None:
        read_manifest(keys)
    elif not (folder / KEYS_FILE).exists():
        raise Misconfigured(f"{folder} holds no keys.", remedy="Name a backup of the keys with --keys.")
    lock = FolderLock(folder)
    try:
        known = _gather([folder, *_beside(data, DATA), *(() if keys is None else _beside(keys, KEYS))])
        known |= _gather_served(settings)
        replaced = _put_in_place(folder, data, keys, now)
        bury(folder, known.values())
    finally:
        lock.release()
    with Sealane.open(replace(settings, database="", keys_database="", features="", stream="")):
        # Opening carries the erasures out in the data and builds the log's files anew from its entries.
        _check_log(folder, data)
    return Restored(len(known), replaced)


def _beside(backup: Path, kind: str) -> Iterator[Path]:
    yield backup
    yield from backup.absolute().parent.glob(f"{kind}-*")


def _gather(folders: Iterable[Path]) -> dict[int, Tombstone]:
    known: dict[int, Tombstone] = {}
    for path, sql in ((folder / name, sql) for folder in folders for name, sql in _SOURCES.items()):
        if not path.exists():
            continue
        try:
            with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                known |= {row[0]: Tombstone(*row) for row in connection.execute(sql)}
        except sqlite3.Error:
            # One made before there were erasures knows of none; a damaged one has nothing to tell.
            continue
    return known


def _gather_served(settings: Settings) -> dict[int, Tombstone]:
    served = {DATABASE_FILE: settings.database, KEYS_FILE: settings.keys_database}
    if not any(served.values()):
        return {}
    from sealane.cli.privacy.served import rows_of  # noqa: PLC0415 - an extra, needed here alone

    rows = [row for name, url in served.items() if url for row in rows_of(url, _SOURCES[name])]
    return {row[0]: Tombstone(*row) for row in rows}


def _put_in_place(folder: Path, data: Path, keys: Path | None, now: datetime) -> Path | None:
    """Copy the backups beside the folder's files, then change places: what was there goes into a folder of its own."""
    new, old = folder / ".restore", folder.with_name(f"{folder.name}-replaced-{now:%Y%m%dT%H%M%SZ}")
    shutil.rmtree(new, ignore_errors=True)
    (new / "log").mkdir(mode=0o700, parents=True)
    names = [*_DATA_FILES]
    copy_database(data / DATABASE_FILE, new / DATABASE_FILE, _quietly)
    if (data / "log.vkey").exists():
        shutil.copy2(data / "log.vkey", new / "log" / "log.vkey")
    if keys is not None:
        names += _KEY_FILES
        copy_database(keys / KEYS_FILE, new / KEYS_FILE, _quietly)
        shutil.copy2(keys / RING_FILE, new / RING_FILE)
        (new / RING_FILE).chmod(0o600)
    there = [folder / name for name in names if (folder / name).exists()]
    if there:
        old.mkdir(mode=0o700)
    for path in there:
        path.rename(old / path.name)
    for path in list(new.iterdir()):
        path.rename(folder / path.name)
    new.rmdir()
    os.sync()
    return old if there else None


def _check_log(folder: Path, data: Path) -> None:
    """Grow the tree from the restored entries and compare its root with the one that the backup's checkpoint signs."""
    log = LogFolder(folder / "log")
    key, note, head = log.key(), data / "checkpoint", log.checkpoint()
    if key is None or head is None or not note.exists():
        return
    signed, size, edge = open_checkpoint(note.read_bytes(), key), open_checkpoint(head, key).size, Edge()
    if signed.size > size:
        raise ProofInvalid(f"the backup's checkpoint covers {signed.size} entries, the database has {size}")
    while edge.size < signed.size:
        bundle = Tile(ENTRIES, edge.size // TILE_WIDTH, min(TILE_WIDTH, size - edge.size))
        # Appending yields the tiles that grow; of them only the root at the end is of interest here.
        deque(edge.append(list(decode_bundle(log.tile(bundle)))[: signed.size - edge.size]), maxlen=0)
    if edge.root() != signed.root:
        raise ProofInvalid("the entries in the backup give another root than its checkpoint signs")


def _quietly(_name: str, _done: int, _total: int) -> None:
    """Copy without a bar: what is restored is read from a disk near by."""
