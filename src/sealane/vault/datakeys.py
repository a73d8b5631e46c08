"""Data keys: one for each subject, numbered, made and committed ahead of need.

An order may use a key only once that key is durable in vault-keys.db, and waiting for a second disk write with each
new shopper would halve the throughput. So keys are made in blocks, the next block on a thread of its own while the
last is half used up. sealane.db says which number a subject uses. A number is given out once and never again, even
when either file comes back from an older backup: each start begins above every number in both. What a clean stop
leaves unused is deleted; after a crash, the rest of a block (some hundred rows) stays behind unused.
"""

import threading
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from sealane.keys.ring import KekKind, KeyRing
from sealane.keys.sealing import DataKey, unwrap, wrap
from sealane.model.errors import DependencyUnavailable, Erased, Misconfigured
from sealane.vault import store

__all__ = ["BLOCK", "DataKeys"]

BLOCK = 1_024
"""How many keys are made at once."""

_Key = tuple[int, DataKey]


class DataKeys:
    """The opened file of data keys; `take` belongs to the writer thread, `find` to any."""

    def __init__(self, path: Path, ring: KeyRing, *, used: int) -> None:
        self._ring = ring
        self._used = used
        self._keys = store.open_keys(path)
        self._reading = store.open_keys(path)
        self._reading_lock = threading.Lock()
        self._filling = threading.Lock()
        self._fillers: dict[KekKind, threading.Thread] = {}
        self._ready: dict[KekKind, deque[_Key]] = {kind: deque() for kind in get_args(KekKind)}
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
        return cls(path, ring, used=used)

    def take(self, kind: KekKind) -> _Key:
        """Return a number that nobody has yet and its key, which is durable already.

        Raises:
            DependencyUnavailable: when none is left and none can be made.
        """
        ready = self._ready[kind]
        if not ready:
            self._fill(kind)
        elif len(ready) <= BLOCK // 2:
            self._fill_ahead(kind)
        return ready.popleft()

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
            kind, version, wrapped = row
            return unwrap(self._ring.kek(kind, version), wrapped, _place(kind, number))

    def census(self) -> dict[tuple[str, int], int]:
        """Return how many data keys are wrapped under each kind and version of the ring's keys."""
        with self._reading_lock:
            return store.census(self._reading)

    def rewrap(self, kind: KekKind, after: int, most: int) -> tuple[int, int]:
        """Wrap data keys anew under the newest version: the next ones after a number; return how many and the last.

        Raises:
            EnvelopeInvalid: when one was altered; nothing of this step is changed then.
            DependencyUnavailable: when the disk refuses.
        """
        version = self._ring.newest(kind)
        newest = self._ring.kek(kind, version)
        older: dict[int, DataKey] = {}
        with self._filling, store.writing(self._keys):
            rows = store.keys_under_older(self._keys, kind, version, (after, most))
            places = [_place(kind, number) for number, _, _ in rows]
            opened = []
            for (_, under, wrapped), place in zip(rows, places, strict=True):
                kek = older.get(under) or older.setdefault(under, self._ring.kek(kind, under))
                opened.append(kek.open(wrapped, place))
            numbers = [number for number, _, _ in rows]
            store.replace_keys(self._keys, version, zip(numbers, newest.seal_each(opened, places), strict=True))
        return len(rows), numbers[-1] if numbers else after

    def destroy_older(self, kind: KekKind) -> None:
        """Destroy the older versions of a kind once nothing is wrapped under them; keys read meanwhile are safe.

        Raises:
            Misconfigured: when the ring's file cannot be written.
        """
        with self._filling, self._reading_lock:
            newest = self._ring.newest(kind)
            if not any(under == kind and version < newest for under, version in store.census(self._keys)):
                self._ring.destroy(f"kek/{kind}", below=newest)

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
            unused = [number for ready in self._ready.values() for number, _ in ready]
            for ready in self._ready.values():
                ready.clear()
            with store.writing(self._keys):
                store.drop_keys(self._keys, unused)
            self._keys.close()
        with self._reading_lock:
            self._reading.close()

    def _fill_ahead(self, kind: KekKind) -> None:
        filler = self._fillers.get(kind)
        if filler is None or not filler.is_alive():
            self._fillers[kind] = threading.Thread(target=self._try_fill, args=(kind,), name="data-keys", daemon=True)
            self._fillers[kind].start()

    def _try_fill(self, kind: KekKind) -> None:
        try:
            self._fill(kind)
        except DependencyUnavailable:
            # Keys are left; whoever finds none will try again and tell its caller.
            return

    def _fill(self, kind: KekKind) -> None:
        with self._filling:
            if self._is_closed:
                raise DependencyUnavailable("The vault is closed.")
            if len(self._ready[kind]) <= BLOCK // 2:
                self._ready[kind].extend(self._make_block(kind))

    def _make_block(self, kind: KekKind) -> list[_Key]:
        version = self._ring.newest(kind)
        kek = self._ring.kek(kind, version)
        with store.writing(self._keys):
            numbers = store.reserve_numbers(self._keys, BLOCK, self._used)
            made = [(number, DataKey.generate()) for number in numbers]
            wrapped = ((number, kind, version, wrap(kek, key, _place(kind, number))) for number, key in made)
            store.add_keys(self._keys, wrapped)
        return made


def _place(kind: str, number: int) -> bytes:
    return f"sealane data key {kind} {number}".encode()
