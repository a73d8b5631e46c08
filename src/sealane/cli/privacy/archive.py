"""Backups: the data and the keys in folders of their own, because the one may be kept for years and the other may not.

    OUT/data-20261122T093000Z/   sealane.db  log.vkey  checkpoint  manifest.json
    OUT/keys-20261122T093000Z/   vault-keys.db  keyring.json  manifest.json

The root key is in neither: whoever had it and a backup could open everything. A backup appears whole or not at all.
"""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

import msgspec

from sealane.cli.privacy.copying import Tick, copy_data, copy_keys
from sealane.keys.ring import FILE as RING_FILE
from sealane.model.errors import Misconfigured, NotFound
from sealane.settings import Settings
from sealane.storage.database import DATABASE_FILE
from sealane.supervision.folder import LogFolder

__all__ = ["DATA", "KEYS", "MANIFEST", "Manifest", "expire", "read_manifest", "write_backup"]

DATA, KEYS = "data", "keys"
MANIFEST = "manifest.json"


class Manifest(msgspec.Struct, frozen=True):
    """What a backup is, when it was made, and from when on it must be gone (null: whenever its keeper likes)."""

    kind: Literal["data", "keys"]
    made_at: datetime
    delete_after: datetime | None
    bytes: int


def write_backup(
    settings: Settings, places: tuple[Path, Path], now: datetime, life: timedelta, tick: Tick
) -> list[Path]:
    """Write a backup of the data to the first place and one of the keys to the second; return both folders.

    Works beside running servers: the database is read as of one moment, and the keys after it, so that no record in
    it lacks its key.

    Raises:
        NotFound: when the folder holds nothing.
        Misconfigured: when a place cannot be written, or a database server does not answer.
    """
    folder = Path(settings.data_dir)
    if not settings.database and not (folder / DATABASE_FILE).exists():
        raise NotFound(f"There is no Sealane database in {folder}.", remedy="Name the folder with --data-dir.")
    while any((place / _name(kind, now)).exists() for place, kind in zip(places, (DATA, KEYS), strict=True)):
        now += timedelta(seconds=1)  # names tell seconds: the second backup of one bears the next
    try:
        data = _place(places[0], DATA, now)
        log = LogFolder(folder / "log")
        note = log.checkpoint()
        copy_data(settings, data / DATABASE_FILE, now, tick)
        if note is not None:
            (data / "checkpoint").write_bytes(note)
            shutil.copy2(folder / "log" / "log.vkey", data / "log.vkey")
        keys = _place(places[1], KEYS, now)
        _write_ring(keys, copy_keys(settings, keys, tick))
        return [_finish(data, Manifest("data", now, None, 0)), _finish(keys, Manifest("keys", now, now + life, 0))]
    except OSError as error:
        raise Misconfigured(
            f"The backup cannot be written: {error.strerror}.", remedy="Choose another --out."
        ) from None


def expire(place: Path, now: datetime) -> list[Path]:
    """Delete the backups of keys in a place whose time is over, and return them."""
    gone = []
    for backup in sorted(place.glob(f"{KEYS}-*")):
        manifest = read_manifest(backup)
        if manifest.delete_after is not None and manifest.delete_after <= now:
            shutil.rmtree(backup)
            gone.append(backup)
    return gone


def read_manifest(backup: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        NotFound: when the folder is no whole backup.
    """
    try:
        return msgspec.json.decode((backup / MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError):
        raise NotFound(f"{backup} is no backup.", remedy="Name a folder that `sealane backup` printed.") from None


def _write_ring(target: Path, ring: bytes) -> None:
    handle = os.open(target / RING_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(ring)
        os.fsync(file.fileno())


def _name(kind: str, now: datetime) -> str:
    return f"{kind}-{now:%Y%m%dT%H%M%SZ}"


def _place(parent: Path, kind: str, now: datetime) -> Path:
    place = parent / f".{_name(kind, now)}.new"
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    return place


def _finish(place: Path, manifest: Manifest) -> Path:
    size = sum(each.stat().st_size for each in place.iterdir())
    (place / MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(manifest, bytes=size)))
    return place.rename(place.with_name(place.name.removeprefix(".").removesuffix(".new")))
