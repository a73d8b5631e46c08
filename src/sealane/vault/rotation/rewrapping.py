"""Re-wrapping: every data key of a kind comes under the newest key-encryption key; the data stay as they are.

The rows themselves say what is left to do, so work that was killed goes on where it was.
"""

from sealane.keys.ring import KekKind, KeyRing
from sealane.storage.database import Database
from sealane.vault.datakeys import DataKeys
from sealane.vault.store import tenants_of

__all__ = ["Rewrapping"]

_STEP = 4_096


class Rewrapping:
    """The re-wrapping of one kind, step by step; readable and writable meanwhile."""

    def __init__(self, database: Database, keys: DataKeys, ring: KeyRing, kind: KekKind) -> None:
        self.name = f"rewrap/{kind}"
        self._database = database
        self._keys = keys
        self._kind = kind
        newest = ring.newest(kind)
        counts = keys.census()
        self.total = sum(count for (of, version), count in counts.items() if of == kind and version < newest)
        self.done = 0
        self._at = 0

    def step(self) -> bool:
        """Do some thousand keys; tell whether more are left. The older versions are destroyed at the end.

        Raises:
            EnvelopeInvalid: when a wrapped key was altered.
            DependencyUnavailable: when the disk refuses.
            Misconfigured: when the key ring cannot be written.
        """
        count, self._at = self._keys.rewrap(self._kind, self._at, _STEP, self._tenants)
        self.done += count
        if count:
            return True
        self._keys.destroy_older(self._kind)
        return False

    def _tenants(self, first: int, last: int) -> dict[int, str]:
        with self._database.reader() as conn:
            return tenants_of(conn, first, last)
