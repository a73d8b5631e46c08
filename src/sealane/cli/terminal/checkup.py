"""What `sealane doctor` looks at: each check says what it found and, when something is wrong, what to do."""

import os
import platform
import shutil
import socket
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import httpx
import msgspec

from sealane.alliance.links import Links, read_links
from sealane.app import open_ring
from sealane.cli.terminal.server import find_server
from sealane.keys.files import read_secret
from sealane.keys.ring import FILE as KEYRING_FILE
from sealane.model.clock import from_micros
from sealane.model.errors import DependencyUnavailable, Misconfigured
from sealane.settings import Settings
from sealane.storage.database import DATABASE_FILE, open_readers
from sealane.vault.rotation.schedule import due_of, kinds_due

__all__ = ["Check", "run_checks"]

MINIMUM_PYTHON = (3, 11)
MINIMUM_SQLITE = (3, 35, 0)
MINIMUM_FREE_BYTES = 1 << 30
SLOW_FSYNC_SECONDS = 0.05
FSYNCS = 15
CUSTODIAN_SECONDS = 3.0
_LATE_US = 86_400_000_000
"""A running server has replaced a key within a day after its time."""
_OTHERS = 0o077
SECRET_FILES = ("admin.key", "root.key", KEYRING_FILE)


class Check(msgspec.Struct, frozen=True):
    """One finding: `remedy` is empty when all is well."""

    name: str
    is_well: bool
    found: str
    remedy: str = ""


def run_checks(settings: Settings) -> Iterator[Check]:
    """Yield the checks one after another."""
    folder = Path(settings.data_dir)
    checks: tuple[Callable[[], Check], ...] = (
        _python,
        _sqlite,
        _time_zones,
        lambda: _folder(folder),
        lambda: _disk(_existing(folder)),
        lambda: _fsync(_existing(folder)),
        lambda: _database(folder),
        lambda: _permissions(folder),
        lambda: _keys(folder, settings),
        lambda: _port(folder, settings),
        lambda: _alliance(folder),
    )
    for check in checks:
        yield check()


def _python() -> Check:
    is_well = sys.version_info >= MINIMUM_PYTHON
    return Check("python", is_well, platform.python_version(), "" if is_well else "Install Python 3.11 or newer.")


def _sqlite() -> Check:
    is_well = sqlite3.sqlite_version_info >= MINIMUM_SQLITE
    return Check(
        "sqlite", is_well, sqlite3.sqlite_version, "" if is_well else "Use a Python with SQLite 3.35 or newer."
    )


def _time_zones() -> Check:
    try:
        ZoneInfo("Europe/Lisbon")
    except ZoneInfoNotFoundError:
        return Check("time zones", is_well=False, found="no zone data", remedy="Install the package tzdata.")
    return Check("time zones", is_well=True, found="present")


def _existing(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists: where it will be made."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.is_dir())


def _folder(folder: Path) -> Check:
    place = _existing(folder)
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        return Check(
            "data folder",
            is_well=False,
            found=f"{place} may not be written",
            remedy=f"chown it or use another --data-dir than {folder}.",
        )
    return Check("data folder", is_well=True, found=str(folder) if folder.is_dir() else f"{folder} (not made yet)")


def _disk(place: Path) -> Check:
    free = shutil.disk_usage(place).free
    is_well = free >= MINIMUM_FREE_BYTES
    return Check("disk", is_well, f"{free / (1 << 30):.1f} GiB free", "" if is_well else "Free space: at least 1 GiB.")


def _fsync(place: Path) -> Check:
    """Measure what every commit waits for: writing one page and forcing it to the disk."""
    spans = []
    try:
        with TemporaryFile(dir=place) as file:
            for _ in range(FSYNCS):
                begun = time.perf_counter()
                file.write(b"\0" * 4096)
                file.flush()
                os.fsync(file.fileno())
                spans.append(time.perf_counter() - begun)
    except OSError as error:
        return Check("fsync", is_well=False, found=f"fails: {error.strerror}", remedy="Make the data folder writable.")
    seconds = median(spans)
    is_well = seconds <= SLOW_FSYNC_SECONDS
    return Check(
        "fsync", is_well, f"{seconds * 1000:.2f} ms", "" if is_well else "Put the data folder on a local disk."
    )


def _database(folder: Path) -> Check:
    if not (folder / DATABASE_FILE).exists():
        return Check("database", is_well=True, found="not made yet")
    try:
        readers = open_readers(folder)
        with readers.borrow() as connection:
            connection.execute("SELECT 1 FROM orders LIMIT 1").fetchone()
        readers.close()
    except Misconfigured as error:
        return Check("database", is_well=False, found=error.detail, remedy=error.advice)
    return Check(
        "database", is_well=True, found=f"{(folder / DATABASE_FILE).stat().st_size / (1 << 20):.1f} MiB, schema fits"
    )


def _permissions(folder: Path) -> Check:
    """Tell whether others on this machine could read a secret."""
    try:
        for name in SECRET_FILES:
            read_secret(folder / name)
    except Misconfigured as error:
        return Check("permissions", is_well=False, found=error.detail, remedy=error.advice)
    if folder.is_dir() and folder.stat().st_mode & _OTHERS:
        return Check("permissions", is_well=False, found=f"others may look into {folder}", remedy=f"chmod 700 {folder}")
    return Check("permissions", is_well=True, found="only the owner reads the keys")


def _keys(folder: Path, settings: Settings) -> Check:
    if not settings.keys_database and not (folder / KEYRING_FILE).exists():
        is_well = not (folder / DATABASE_FILE).exists()
        remedy = "" if is_well else f"Restore {KEYRING_FILE} from the backup that belongs to this folder."
        return Check("keys", is_well, "not made yet" if is_well else f"{KEYRING_FILE} is missing", remedy)
    try:
        ring = open_ring(settings)
    except (Misconfigured, DependencyUnavailable) as error:
        return Check("keys", is_well=False, found=error.detail, remedy=error.advice)
    opens, now_us = "the root key opens the ring", ring.now_us()
    kinds = " ".join(kinds_due(ring.versions(), settings.key_rotation_days, now_us - _LATE_US))
    if kinds:
        remedy = f"Start the server, which replaces them, or: sealane key rotate {kinds}"
        return Check("keys", is_well=False, found=f"{opens}; too old: {kinds}", remedy=remedy)
    due = due_of(ring.versions(), settings.key_rotation_days)
    when = f"next new ones {from_micros(min(due.values())):%Y-%m-%d}" if due else "new ones when you ask for them"
    return Check("keys", is_well=True, found=f"{opens}; {when}")


def _port(folder: Path, settings: Settings) -> Check:
    where = f"{settings.host}:{settings.port}"
    server = find_server(folder)
    if server is not None:
        return Check("port", is_well=True, found=f"this folder is served at {server.url}")
    with closing(socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET)) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((settings.host, settings.port))
        except OSError as error:
            return Check(
                "port", is_well=False, found=f"{where}: {error.strerror}", remedy="Use another --port or --host."
            )
    return Check("port", is_well=True, found=f"{where} is free")


def _alliance(folder: Path) -> Check:
    """Ask each custodian whether it is up; decisions are made without the alliance while one is not."""
    try:
        links = read_links(folder).custodians
        if not links:
            return Check("alliance", is_well=True, found="none joined")
        Links(links).register  # noqa: B018  # Only complains where the alliance is not whole.
        for link in links:
            httpx.get(f"{link.url}/healthz", timeout=CUSTODIAN_SECONDS, trust_env=False).raise_for_status()
    except Misconfigured as error:
        return Check("alliance", is_well=False, found=error.detail, remedy=error.advice)
    except httpx.HTTPError as error:
        found = f"{link.name} at {link.url} does not answer ({type(error).__name__})"
        remedy = "Ask its operator; until then decisions are made without the alliance."
        return Check("alliance", is_well=False, found=found, remedy=remedy)
    return Check("alliance", is_well=True, found="both custodians answer")
