"""Where an import stands, so that it goes on there after a stop: counts and digests, no personal value.

One small file in `DIR/imports`, named by what is imported into what: the digests of the files and of the mapping, the
merchant, and the database file itself, so that a fresh or restored database is never taken for one that has the rows.
"""

from hashlib import file_digest, sha256
from pathlib import Path

import msgspec

from sealane.cli.imports.tally import Tally

__all__ = ["Journal"]


class Journal:
    """The position file of one import."""

    def __init__(self, folder: Path, sources: list[Path], *names: str) -> None:
        digest = sha256("\0".join(names).encode())
        for source in sources:
            with source.open("rb") as stream:
                digest.update(file_digest(stream, "sha256").digest())
        database = folder / "sealane.db"
        digest.update(str(database.stat().st_ino if database.exists() else 0).encode())
        self._path = folder / "imports" / f"{digest.hexdigest()[:32]}.json"

    def load(self) -> Tally:
        """Return where the import stopped, or a fresh tally."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Tally)
        except (FileNotFoundError, msgspec.DecodeError, msgspec.ValidationError):
            return Tally()

    def save(self, tally: Tally) -> None:
        """Keep the position; called after what it counts is durable."""
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        fresh = self._path.with_suffix(".new")
        fresh.write_bytes(msgspec.json.encode(tally))
        fresh.replace(self._path)

    def clear(self) -> None:
        """Forget the position: the import is complete."""
        self._path.unlink(missing_ok=True)
