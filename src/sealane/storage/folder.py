"""The data folder: made on first use, held by one process at a time."""

import contextlib
import fcntl
import os
import sys
from pathlib import Path

from sealane.model.errors import Misconfigured

__all__ = ["FolderLock"]


class FolderLock:
    """The hold on a data folder; the kernel releases it when the process ends, however it ends.

    The file `lock` names the holder for people: `4711 sealane`.
    """

    def __init__(self, folder: Path) -> None:
        """Make the folder if it is missing (mode 0700) and take hold of it.

        Raises:
            Misconfigured: when another process holds the folder, or it cannot be made or written.
        """
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Misconfigured(
                f"The data folder {folder} cannot be written: {error.strerror}.",
                remedy="Make the folder writable for this user, or use another --data-dir.",
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._file, 200, 0).decode(errors="replace").strip()
            os.close(self._file)
            raise _in_use(folder, holder) from error
        self._sign()

    def release(self) -> None:
        """Let go of the folder; a second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _sign(self) -> None:
        # A full disk must not hide behind a name that only helps people: opening the database will report it.
        with contextlib.suppress(OSError):
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()} {Path(sys.argv[0]).name}\n".encode(), 0)


def _in_use(folder: Path, holder: str) -> Misconfigured:
    number, _, program = holder.partition(" ")
    who = f"process {number} ({program})" if program else f"process {number}" if number else "another process"
    return Misconfigured(
        f"The data folder {folder} is in use by {who}.",
        remedy=f"Stop {who}, send your request through it, or use another --data-dir.",
    )
