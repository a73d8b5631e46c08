"""A throw-away copy of a data folder, so that "what would be decided" can be asked without storing anything.

The databases are copied by SQLite's own backup, which a running server does not notice, and the keys as files. The
log is not: a copy is opened as a rehearsal, which signs a log of its own. The copy lies inside the folder it was made
from, under the same protection, and is deleted at the end; one that a crash left behind is deleted by the next.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sealane.storage.database import DATABASE_FILE

__all__ = ["throwaway_copy"]

_PREFIX = "what-if-"
_NOT_COPIED = frozenset({"lock", "log", "server.json", "imports"})
_DATABASE_SUFFIX = ".db"
_COMPANIONS = ("-wal", "-shm", "-journal")


@contextmanager
def throwaway_copy(folder: Path) -> Iterator[Path]:
    """Lend a copy of the folder for the length of a `with` block; of a folder that is not there, an empty one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in folder.glob(f"{_PREFIX}*"):
        with _hold(left) as is_ours:
            if is_ours:
                shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(prefix=_PREFIX, dir=folder) as place, _hold(Path(place)):
        copy = Path(place)
        for entry in sorted(folder.iterdir(), key=_turn):
            _copy(entry, copy / entry.name)
        yield copy


@contextmanager
def _hold(place: Path) -> Iterator[bool]:
    """Take hold of a copy, so that it is told from one whose maker is gone; tells whether it was free."""
    handle = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


def _turn(entry: Path) -> tuple[bool, bool, str]:
    """Order the copying: the database may lag behind the data keys, never be ahead."""
    return not entry.is_dir(), entry.name != DATABASE_FILE, entry.name


def _copy(entry: Path, target: Path) -> None:
    if entry.name in _NOT_COPIED or entry.name.startswith(_PREFIX) or entry.name.endswith(_COMPANIONS):
        return
    if entry.is_dir():
        shutil.copytree(entry, target)
    elif entry.suffix == _DATABASE_SUFFIX:
        _copy_database(entry, target)
    else:
        shutil.copy2(entry, target)


def _copy_database(entry: Path, target: Path) -> None:
    target.touch(mode=0o600)
    with (
        closing(sqlite3.connect(f"{entry.absolute().as_uri()}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
