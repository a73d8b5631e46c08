"""Secret files: for the owner's eyes only (mode 0600), whole or not there at all."""

import os
from pathlib import Path

from sealane.model.errors import Misconfigured

__all__ = ["move_secret", "read_secret", "write_secret"]

_OWNER_ONLY = 0o600
_OWNER_FOLDER = 0o700
_OTHERS = 0o077


def read_secret(path: Path) -> str | None:
    """Return the text of a secret file, or None when there is none.

    Raises:
        Misconfigured: when others may read or change the file, or when it cannot be read as text.
    """
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise Misconfigured(
                    f"{path} may be read or changed by other users of this machine.",
                    remedy=f"Run `chmod 600 {path}`; if others could log in here, replace the keys as well.",
                )
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be read: {type(error).__name__}.") from None


def move_secret(path: Path, to: Path) -> None:
    """Put a secret file of the same folder in the place of another, durably.

    Raises:
        Misconfigured: when the folder cannot be written.
    """
    try:
        path.replace(to)
        _sync(path.parent)
    except OSError as error:
        raise _unwritable(to, error) from None


def write_secret(path: Path, text: str) -> None:
    """Replace the file in one step (write beside it, fsync, rename, fsync the folder): a crash leaves old or new.

    Raises:
        Misconfigured: when the folder cannot be written.
    """
    beside = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _unwritable(path: Path, error: OSError) -> Misconfigured:
    return Misconfigured(
        f"{path} cannot be written: {error.strerror}.",
        remedy="Give the user who runs Sealane a data folder with free space where that user may write.",
    )
