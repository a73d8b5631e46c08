"""Rotation as a whole: which keys there are and what is sealed under them, and the works that replace them."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import get_args

import msgspec

from sealane.keys.ring import KekKind, KeyRing
from sealane.model.clock import spelled
from sealane.storage.database import Database, Transaction
from sealane.storage.sharing import ALONE
from sealane.vault.datakeys import DataKeys
from sealane.vault.rotation import store
from sealane.vault.rotation.reindexing import Reindexing
from sealane.vault.rotation.resealing import Resealing, ResealKind
from sealane.vault.rotation.rewrapping import Rewrapping
from sealane.vault.rotation.schedule import Rotatable, due_of, kinds_due
from sealane.vault.rotation.upkeep import Progress, Upkeep, Work
from sealane.vault.subjects import Subjects

__all__ = ["KeyReport", "KeyView", "Rotatable", "Rotation"]

INDEX_DAYS = 1.0
"""An erasure waits at most so long for a new index key."""
_DAY_US = 86_400_000_000


class KeyView(msgspec.Struct, frozen=True):
    """One version of a key.

    `sealed` counts the data keys wrapped under it, null where nothing is counted; at `due_at` it is replaced by itself,
    null where it is not.
    """

    use: str
    version: int
    made_at: str
    sealed: int | None
    is_newest: bool
    due_at: str | None = None


class KeyReport(msgspec.Struct, frozen=True):
    """All keys, and the work under way; `failure` is the code of the problem that it ended with last."""

    keys: tuple[KeyView, ...]
    is_idle: bool
    progress: Progress | None = None
    failure: str | None = None


class Rotation:
    """Lists keys and begins rotations; the upkeep carries them on."""

    def __init__(self, database: Database, keys: DataKeys, ring: KeyRing, subjects: Subjects, days: int) -> None:
        self._database = database
        self._keys = keys
        self._ring = ring
        self._subjects = subjects
        self._days = days
        self.replace: Callable[[tuple[Rotatable, ...]], None] = self.begin
        """What replaces the keys whose time is over; whoever has a log puts in what tells it as well."""
        self.lead = ALONE
        """Of several servers, only the leading one carries rotations on."""
        self.upkeep = Upkeep(self._due)

    def views(self) -> list[KeyView]:
        """Return every key of the ring, what it is for and how much is under it; no secret is among it."""
        census = self._keys.census()
        versions = self._ring.versions()
        newest = {each.use: each.version for each in sorted(versions, key=lambda each: each.version)}
        due = due_of(versions, self._days)
        return [
            KeyView(
                each.use,
                each.version,
                spelled(each.made_us),
                census.get((each.use.removeprefix("kek/"), each.version), 0) if _is_counted(each.use) else None,
                each.version == newest[each.use],
                spelled(due[each.use]) if each.version == newest[each.use] and each.use in due else None,
            )
            for each in sorted(versions)
        ]

    def begin(self, kinds: Iterable[Rotatable], *, emergency: bool = False) -> None:
        """Make a new key for each kind; the re-wrapping follows in the background, and `emergency` re-encrypts too.

        A new root key needs no background: the key ring is wrapped under it at once.

        Raises:
            Conflict: when the root key cannot be replaced from here, as things are.
            Misconfigured: when the key ring cannot be written.
            DependencyUnavailable: when the disk refuses, or whoever holds the root key does not answer.
        """
        for kind in kinds:
            if kind == "root":
                self._ring.rotate_root()
            elif kind == "index":
                self._begin_index()
            elif kind == "grant":
                self._begin_grants()
            else:
                self._ring.rotate(kind)
                self._database.run(Transaction.announce)
                if emergency and kind in get_args(ResealKind):
                    self._database.run(partial(store.begin_task, name=f"reseal/{kind}"))
        self.upkeep.wake()

    def report(self) -> KeyReport:
        """Return the keys and how far the work on them is."""
        upkeep = self.upkeep
        return KeyReport(tuple(self.views()), upkeep.is_idle, upkeep.progress(), upkeep.failure or None)

    def _begin_index(self) -> None:
        self._ring.rotate("index")
        self._ring.rotate_blinder("subjects")

        def flow(tx: Transaction) -> None:
            # On the writer thread, so that no flow finds subjects by two different sets of keys.
            self._subjects.use(self._ring)
            tx.announce()
            store.begin_task(tx, Reindexing.name)

        self._database.run(flow)

    def _begin_grants(self) -> None:
        # Ids of grants can be told again for as long as the key they were made from is there: one time more than its
        # own, so that a call which is repeated gets the same answer.
        newest = self._ring.rotate_blinder("grants")
        self._ring.destroy("blind/grants", below=newest - 1)
        self._database.run(Transaction.announce)

    def _due(self) -> list[Work]:
        if not self.lead.is_held:
            return []
        self._replace_in_time()
        works: list[Work] = []
        with self._database.reader() as conn:
            resealed = [kind for kind in get_args(ResealKind) if store.task(conn, f"reseal/{kind}")]
            is_reindexing = store.task(conn, Reindexing.name) is not None
        works += [Resealing(self._database, self._keys, self._subjects, kind) for kind in resealed]
        works += [
            Rewrapping(self._database, self._keys, self._ring, kind)
            for kind in get_args(KekKind)
            if self._is_behind(kind)
        ]
        if is_reindexing:
            works.append(Reindexing(self._database, self._keys, self._ring, self._subjects))
        return works

    def _is_behind(self, kind: KekKind) -> bool:
        """Tell whether a kind, of those that wrap data keys, has older versions left."""
        versions = [each for each in self._ring.versions() if each.use == f"kek/{kind}"]
        return kind in get_args(ResealKind) and len(versions) > 1

    def _replace_in_time(self) -> None:
        kinds = kinds_due(self._ring.versions(), self._days, self._ring.now_us())
        if "index" not in kinds and self._has_erased():
            kinds = (*kinds, "index")
        if kinds:
            self.replace(kinds)

    def _has_erased(self) -> bool:
        """Tell whether a subject was erased under the present index key and has waited long enough for a new one."""
        made_us = max(each.made_us for each in self._ring.versions() if each.use == "blind/subjects")
        with self._database.reader() as conn:
            if store.task(conn, Reindexing.name) is not None:
                return False
            erased_us = store.first_erasure_after(conn, made_us)
        return erased_us is not None and self._ring.now_us() - erased_us >= INDEX_DAYS * _DAY_US


def _is_counted(use: str) -> bool:
    return use.removeprefix("kek/") in get_args(ResealKind)
