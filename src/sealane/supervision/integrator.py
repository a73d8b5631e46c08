"""From committed rows to published tiles and a signed checkpoint: at most once a second, in the background.

What it knows is the tree's edge at the published checkpoint; it changes only when a checkpoint was written. So a
failure at any point (a full disk, a crash) leaves a log that is complete up to its checkpoint, and the next round
does the same work again with the same bytes.
"""

import threading
import time
from copy import deepcopy
from typing import NamedTuple

import structlog

from sealane.keys.signing import Signer
from sealane.model.clock import Clock
from sealane.model.errors import DependencyUnavailable, ProofInvalid, SealaneError
from sealane.storage.database import Database
from sealane.supervision import store
from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from sealane.supervision.folder import LogFolder
from sealane.supervision.merkle import EMPTY_ROOT
from sealane.supervision.note import NoteKey
from sealane.supervision.sharing import Board
from sealane.supervision.tiles import Edge, Tile
from sealane.supervision.witness.gathering import Gathering
from sealane.supervision.witness.policy import NO_WITNESSES

__all__ = ["Head", "Integrator"]

_INTERVAL_SECONDS = 1.0
_PATIENCE_SECONDS = 10.0
_COSIGNING_SECONDS = 3.0
"""How long a proof waits for the cosignatures that usually come within moments."""
_PASS = 16_384
"""Entries that one checkpoint adds at most, so that a long backlog needs little memory and shows progress."""

_log = structlog.get_logger("sealane.supervision")


class Head(NamedTuple):
    """The published state of the log: the signed note, what it says, and when it was written (0: before this start)."""

    note: bytes
    checkpoint: Checkpoint
    published_us: int = 0


class Integrator:
    """Grows one log's published tree; the only writer of its folder."""

    def __init__(
        self,
        database: Database,
        folder: LogFolder,
        *,
        signer: Signer,
        origin: str,
        clock: Clock,
        board: Board | None = None,
    ) -> None:
        """Take up the log where its published checkpoint ends; `board` is where several servers agree on the next one.

        Raises:
            ProofInvalid: when the checkpoint, what it covers and the database do not agree.
            DependencyUnavailable: when the folder or the database cannot be used.
        """
        self.head = Head(b"", Checkpoint(origin, 0, EMPTY_ROOT))
        self.key = NoteKey(origin, signer.public_key)
        self.gathering = Gathering(folder, NO_WITNESSES)
        self._cosigned: Head | None = None
        self._database = database
        self._folder = folder
        self._signer = signer
        self._clock = clock
        self._board = board
        self._edge = Edge()
        self._written: set[Tile] = set()
        self._failure: SealaneError | None = None
        self._growing = threading.Lock()
        self._news = threading.Condition()
        self._due = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._resume()

    def _resume(self) -> None:
        note = self._folder.checkpoint()
        if note is None:
            self.integrate()
            return
        checkpoint = open_checkpoint(note, self.key)
        with self._database.reader() as connection:
            stored = store.size(connection)
            if stored < checkpoint.size:
                raise ProofInvalid(
                    f"the database has {stored} entries, the published checkpoint {checkpoint.size}: it was rolled back"
                )
            self._edge = audit(self._folder, checkpoint, store.entries_from(connection, 0, checkpoint.size))
        self.head = Head(note, checkpoint)

    def integrate(self) -> Checkpoint:
        """Publish everything committed so far and return the checkpoint that covers it.

        Raises:
            DependencyUnavailable: when the folder or the database cannot be used.
            ProofInvalid: when the database lacks an entry.
        """
        with self._growing:
            while self._grow():
                pass
            return self.head.checkpoint

    def _grow(self) -> bool:
        """Publish the next entries; return whether more may wait."""
        posted = self._posted()
        size, _ = posted or (0, b"")
        leaves = self._committed(min(_PASS, size - self._edge.size) if posted else _PASS)
        if leaves or not self.head.note or self.head.checkpoint.size < size:
            edge = deepcopy(self._edge)
            full, partial = edge.append(leaves), edge.partial()
            checkpoint = Checkpoint(self.head.checkpoint.origin, edge.size, edge.root())
            note = self._note(checkpoint, posted)
            if note is None:
                self._folder.keep(full)
                self._edge = edge
                return bool(leaves)
            self._folder.publish(full + [item for item in partial if item[0] not in self._written], note)
            self._edge, self._written = edge, {tile for tile, _ in partial}
            with self._news:
                self.head = Head(note, checkpoint, self._clock())
                self._news.notify_all()
            self.gathering.offer(note, checkpoint)
        return len(leaves) == _PASS or (posted is not None and bool(leaves))

    def _posted(self) -> tuple[int, bytes] | None:
        """Return size and note of the checkpoint to follow; None when this server makes the next one itself."""
        if self._board is None:
            return None
        posted = self._board.newest()
        is_ours = self._board.is_ours and (posted is None or posted[0] <= self._edge.size)
        return None if is_ours else posted or (0, b"")

    def _note(self, checkpoint: Checkpoint, posted: tuple[int, bytes] | None) -> bytes | None:
        """Return the signed note of a checkpoint; None while none may be published at this size.

        Raises:
            ProofInvalid: when the leading server signed another tree.
            DependencyUnavailable: when another server leads since.
        """
        if posted is None:
            note = sign_checkpoint(checkpoint, self._signer)
            if self._board is not None:
                self._board.post(checkpoint.size, note)
            return note
        size, note = posted
        if checkpoint.size < size or not note:
            return None
        if open_checkpoint(note, self.key) != checkpoint:
            raise ProofInvalid(f"the leading server signed another tree of {size} entries than the database holds")
        return note

    def add_witnesses(self, gathering: Gathering) -> None:
        """Have each checkpoint cosigned from now on, the published one at once.

        Raises:
            ProofInvalid: when a witness contradicts what is published.
        """
        cosigned = self._folder.cosigned()
        if cosigned is not None and gathering.policy.witnesses:
            self._cosigned = Head(cosigned, open_checkpoint(cosigned, self.key))
        self.gathering = gathering
        gathering.deliver = self._take_cosigned
        gathering.confirm(self.head.note, self.head.checkpoint)

    def _take_cosigned(self, note: bytes, checkpoint: Checkpoint, count: int) -> None:
        """Publish a checkpoint with its cosignatures, in the place of the bare one unless that has grown meanwhile."""
        head = Head(note, checkpoint, self._clock())
        with self._growing:
            if count >= self.gathering.policy.quorum:
                self._folder.publish_cosigned(note)
                with self._news:
                    self._cosigned = head
                    self._news.notify_all()
            if self.head.checkpoint == checkpoint:
                self._folder.publish([], note)
                self.head = head._replace(published_us=self.head.published_us)

    def cosigned(self, index: int) -> Head | None:
        """Return a state that enough witnesses cosigned and that covers the entry, if there is or soon comes one."""
        if not self.gathering.policy.witnesses:
            return None
        with self._news:
            wait = _COSIGNING_SECONDS if self._thread is not None else 0
            self._news.wait_for(lambda: self._cosigned is not None and self._cosigned.checkpoint.size > index, wait)
            found = self._cosigned
        return found if found is not None and found.checkpoint.size > index else None

    def _committed(self, most: int) -> list[bytes]:
        first = self._edge.size
        with self._database.reader() as connection:
            rows = list(store.entries_from(connection, first, max(most, 0)))
        for expected, (index, _) in enumerate(rows, first):
            if index != expected:
                raise ProofInvalid(f"the database has no entry {expected}, but has later ones")
        return [leaf for _, leaf in rows]

    def wake(self) -> None:
        """Let the background thread know that entries were committed; costs next to nothing when it knows."""
        if not self._due.is_set():
            self._due.set()

    def start(self) -> None:
        """Begin to publish in the background."""
        self.gathering.start()
        self._due.set()
        self._thread = threading.Thread(target=self._live, name="sealane-log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Publish what was committed last and end the background work; what fails now is done at the next start."""
        if self._stopping.is_set():
            return
        self._stopping.set()
        if self._thread is not None:
            self._due.set()
            self._thread.join()
            self._thread = None
        self._attempt()
        self.gathering.stop()

    def check(self) -> None:
        """Make sure that the log keeps up.

        Raises:
            DependencyUnavailable: when the last attempt to publish failed, or nobody attempts any more.
        """
        if self._failure is not None:
            raise DependencyUnavailable(f"the log cannot publish: {self._failure.detail}", remedy=self._failure.advice)
        if self._thread is not None and not self._thread.is_alive():
            raise DependencyUnavailable("the log's thread has ended", remedy="Restart, and report its last error.")

    def wait_for(self, index: int) -> Head:
        """Return a published state that covers the entry at this index, which is committed.

        Raises:
            DependencyUnavailable: when publishing fails or takes longer than 10 seconds.
            ProofInvalid: when the database lacks an entry.
        """
        if self._thread is None and not self._covers(index):
            self.integrate()
        with self._news:
            self._news.wait_for(lambda: self._covers(index) or self._failure is not None, _PATIENCE_SECONDS)
        if not self._covers(index):
            self.check()
            raise DependencyUnavailable("no checkpoint covers the entry yet")
        return self.head

    def _covers(self, index: int) -> bool:
        return self.head.checkpoint.size > index

    def _live(self) -> None:
        while not self._stopping.is_set():
            self._due.wait(None if self._board is None else _INTERVAL_SECONDS)
            self._due.clear()
            started = time.monotonic()
            self._attempt()
            self._stopping.wait(_INTERVAL_SECONDS - (time.monotonic() - started))

    def _attempt(self) -> None:
        try:
            self.integrate()
        except SealaneError as error:
            if self._failure is None:
                _log.error("log.publishing_failed", detail=error.detail, remedy=error.advice)
            self._due.set()
            self._report(error)
        else:
            self._report(None)

    def _report(self, failure: SealaneError | None) -> None:
        with self._news:
            self._failure = failure
            self._news.notify_all()
