"""Data keys: one for each subject, numbered, made and committed ahead of need, wrapped under a key of its tenant.

    root key -> key of a class and version, in the ring -> key of one tenant of that class -> data key -> key of a field

The key of a tenant is expanded from that of the class (HKDF-Expand, RFC 5869), so what opens the data keys of one
tenant opens none of another. Rows that name no tenant come from earlier releases, which wrapped them under the key of
the class itself; they open as they are, and the next rotation brings them under the key of their tenant.

An order may use a key only once that key is durable in vault-keys.db, and waiting for a second disk write with each
new shopper would halve the throughput. So keys are made in blocks for each tenant, small ones first and larger ones
for whoever has many new shoppers, the next block on a thread of its own while the last is half used up. sealane.db
says which number a subject uses. A number is given out once and never again, even when either file comes back from an
older backup: each start begins above every number in both. What a clean stop leaves unused is deleted; after a crash,
the rest of a block (some hundred rows at most) stays behind unused.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from pathlib import Path

from sealane.keys.ring import KekKind, KeyRing
from sealane.keys.sealing import DataKey, unwrap, wrap
from sealane.model.errors import DependencyUnavailable, Erased, Misconfigured
from sealane.vault import store
from sealane.vault.sharing import store as shared_store
from sealane.vault.store import KeyRow

__all__ = ["FIRST_BLOCK", "LARGEST_BLOCK", "DataKeys", "Tenants", "copy_shared"]

FIRST_BLOCK = 32
LARGEST_BLOCK = 1_024
"""How many keys are made at once for a tenant: twice as many each time, from the first block to the largest."""
_TENANTS = 4_096

_Key = tuple[int, DataKey]
Tenants = Callable[[int, int], Mapping[int, str]]
"""Tells whose subjects the keys from one number to another seal."""


def copy_shared(url: str, path: Path) -> str | None:
    """Copy the data keys that several servers share into a new file; return the key ring of the same moment.

    Raises:
        Misconfigured: when one of them cannot be used.
        DependencyUnavailable: when the server goes away meanwhile.
    """
    return shared_store.copy_out(url, path)


class _Pool:
    """The keys of one kind and tenant that are durable and not yet given out."""

    def __init__(self, kind: KekKind, tenant: str) -> None:
        self.kind = kind
        self.tenant = tenant
        self.ready: deque[_Key] = deque()
        self.block = FIRST_BLOCK
        self.is_filling = False

    @property
    def is_low(self) -> bool:
        """Whether the next block is due, while some keys of the last one are left."""
        return len(self.ready) <= self.block // 4


class DataKeys:
    """The opened file of data keys; `take` belongs to the writer thread, `find` to any."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], ring: KeyRing, *, used: int) -> None:
        self._ring = ring
        self._used = used
        self._keys = connect()
        self._reading = connect()
        self._reading_lock = threading.Lock()
        self._filling = threading.Lock()
        self._filler = ThreadPoolExecutor(1, thread_name_prefix="data-keys")
        self._pools: dict[tuple[KekKind, str], _Pool] = {}
        self._kek = lru_cache(_TENANTS)(self._derive)
        self._is_closed = False

    @classmethod
    def open(cls, folder: Path, ring: KeyRing, *, used: int) -> "DataKeys":
        """Open DIR/vault-keys.db, making it on first use; `used` is the highest number that sealane.db knows.

        Raises:
            Misconfigured: when it is missing although numbers are in use, or cannot be used.
        """
        path = folder / store.KEYS_FILE
        if used and not path.exists():
            raise Misconfigured(
                f"{path} is missing although sealed data exist.",
                remedy=f"Restore {store.KEYS_FILE} from its newest backup; without it the sealed data stay closed.",
            )
        return cls(partial(store.open_keys, path), ring, used=used)

    @classmethod
    def share(cls, url: str, folder: Path, ring: KeyRing, *, used: int) -> "DataKeys":
        """Open the PostgreSQL database of data keys that several servers share; an empty one takes those of the folder.

        Raises:
            Misconfigured: when it is empty although numbers are in use, or the server does not answer.
        """
        if (folder / store.KEYS_FILE).exists():
            shared_store.move_in(folder / store.KEYS_FILE, url)
        keys = cls(partial(shared_store.open_server_keys, url), ring, used=used)
        if used and not keys.has_issued():
            keys.close()
            raise Misconfigured(
                "The database of keys is empty although sealed data exist.",
                remedy="Name the right `keys_database`, or restore its newest backup.",
            )
        return keys

    def has_issued(self) -> bool:
        """Tell whether a number was ever given out."""
        return store.has_issued(self._reading)

    def take(self, kind: KekKind, tenant: str) -> _Key:
        """Return a number that nobody has yet and its key, which is durable already, for a subject of the tenant.

        Raises:
            DependencyUnavailable: when none is left and none can be made.
        """
        pool = self._pools.get((kind, tenant)) or self._pools.setdefault((kind, tenant), _Pool(kind, tenant))
        if not pool.ready:
            self._fill(pool)
        elif pool.is_low:
            self._fill_ahead(pool)
        return pool.ready.popleft()

    def find(self, number: int) -> DataKey:
        """Return the key with this number.

        Raises:
            Erased: when there is none any more.
            EnvelopeInvalid: when it was altered or moved, or the key that wraps it is not in the ring.
            DependencyUnavailable: when the file cannot be read.
        """
        with self._reading_lock:
            row = store.find_key(self._reading, number)
            if row is None:
                raise Erased
            kek = self._kek(row.kind, row.kek_version, row.tenant)
        return unwrap(kek, row.wrapped, _place(row))

    def census(self) -> dict[tuple[str, int], int]:
        """Return how many data keys are wrapped under each kind and version of the ring's keys."""
        with self._reading_lock:
            return store.census(self._reading)

    def rewrap(self, kind: KekKind, after: int, most: int, tenants: Tenants) -> tuple[int, int]:
        """Wrap data keys anew under the newest version: the next ones after a number; return how many and the last.

        Raises:
            EnvelopeInvalid: when one was altered; nothing of this step is changed then.
            DependencyUnavailable: when the disk refuses.
        """
        version = self._ring.newest(kind)
        with self._filling, store.writing(self._keys):
            rows = store.keys_under_older(self._keys, kind, version, (after, most))
            if not rows:
                return 0, after
            known = {} if all(row.tenant for row in rows) else tenants(rows[0].number, rows[-1].number)
            store.replace_keys(self._keys, (self._rewrapped(row, version, known) for row in rows))
        return len(rows), rows[-1].number

    def destroy_older(self, kind: KekKind) -> None:
        """Destroy the older versions of a kind once nothing is wrapped under them; keys read meanwhile are safe.

        Raises:
            Misconfigured: when the ring's file cannot be written.
        """
        with self._filling, self._reading_lock:
            newest = self._ring.newest(kind)
            if not any(under == kind and version < newest for under, version in store.census(self._keys)):
                self._ring.destroy(f"kek/{kind}", below=newest)
                self._kek.cache_clear()

    def bury(self, tombstones: Iterable[store.Tombstone]) -> None:
        """Delete the keys of erased subjects for good, from the write-ahead log of the file as well.

        Raises:
            DependencyUnavailable: when the disk refuses.
        """
        with self._filling, self._reading_lock:
            with store.writing(self._keys):
                store.bury_keys(self._keys, tombstones)
            store.empty_wal(self._keys)

    def buried(self) -> list[store.Tombstone]:
        """Return every erased subject that the file knows of."""
        with self._reading_lock:
            return store.buried_keys(self._reading)

    def drop(self, numbers: Iterable[int]) -> None:
        """Delete keys that nothing is sealed under any more.

        Raises:
            DependencyUnavailable: when the disk refuses.
        """
        with self._filling:
            with store.writing(self._keys):
                store.drop_keys(self._keys, numbers)
            store.empty_wal(self._keys)

    def close(self) -> None:
        """Delete the keys that nobody took and close the file; repeatable."""
        with self._filling:
            if self._is_closed:
                return
            self._is_closed = True
            unused = [number for pool in self._pools.values() for number, _ in pool.ready]
            self._pools.clear()
            with store.writing(self._keys):
                store.drop_keys(self._keys, unused)
            self._keys.close()
        with self._reading_lock:
            self._reading.close()
        self._filler.shutdown()

    def _derive(self, kind: KekKind, version: int, tenant: str) -> DataKey:
        key = self._ring.kek(kind, version)
        return key.derive(f"sealane tenant key {tenant}".encode()) if tenant else key

    def _rewrapped(self, row: KeyRow, version: int, known: Mapping[int, str]) -> KeyRow:
        secret = self._kek(row.kind, row.kek_version, row.tenant).open(row.wrapped, _place(row))
        moved = row._replace(kek_version=version, tenant=row.tenant or known.get(row.number, ""))
        return moved._replace(wrapped=self._kek(row.kind, version, moved.tenant).seal(secret, _place(moved)))

    def _fill_ahead(self, pool: _Pool) -> None:
        if not pool.is_filling:
            pool.is_filling = True
            self._filler.submit(self._try_fill, pool)

    def _try_fill(self, pool: _Pool) -> None:
        try:
            self._fill(pool)
        except DependencyUnavailable:
            # Keys are left; whoever finds none will try again and tell its caller.
            return
        finally:
            pool.is_filling = False

    def _fill(self, pool: _Pool) -> None:
        with self._filling:
            if self._is_closed:
                raise DependencyUnavailable("The vault is closed.")
            if pool.is_low:
                pool.ready.extend(self._make_block(pool))
                pool.block = min(2 * pool.block, LARGEST_BLOCK)

    def _make_block(self, pool: _Pool) -> list[_Key]:
        version = self._ring.newest(pool.kind)
        kek = self._kek(pool.kind, version, pool.tenant)
        with store.writing(self._keys):
            made = [
                (number, DataKey.generate()) for number in store.reserve_numbers(self._keys, pool.block, self._used)
            ]
            blank = KeyRow(0, pool.kind, version, b"", pool.tenant)
            places = ((blank._replace(number=number), key) for number, key in made)
            store.add_keys(self._keys, (row._replace(wrapped=wrap(kek, key, _place(row))) for row, key in places))
        return made


def _place(row: KeyRow) -> bytes:
    """Return where a wrapped key belongs, as the bytes that are authenticated beside it."""
    whose = f"{row.tenant} " if row.tenant else ""
    return f"sealane data key {row.kind} {whose}{row.number}".encode()
