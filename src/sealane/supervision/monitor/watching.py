"""One look at a log after another: is it what it was, and more; and is everything that it published what it signed?

    monitor = Monitor(open_source("https://lane.example"), View(path), key, clock=system_clock)
    checkpoint = monitor.look()

What a look checks: the signature, the witnesses, every new entry against the tiles and the tiles against the root, and
that the tree seen before begins the new one. The first place that differs is named. What the log signed and cannot
have meant (a smaller tree, or another one) is kept: it convicts the log before anybody.
"""

from collections.abc import Callable, Sequence

from sealane.model.clock import Clock
from sealane.model.errors import NotFound, ProofInvalid
from sealane.supervision.audit import audit
from sealane.supervision.checkpoint import Checkpoint, open_checkpoint
from sealane.supervision.merkle import verify_consistency
from sealane.supervision.monitor.source import LogSource
from sealane.supervision.monitor.view import View
from sealane.supervision.note import NoteKey
from sealane.supervision.reading import PublishedTree
from sealane.supervision.tiles import Edge
from sealane.supervision.witness.cosignature import verify_quorum

__all__ = ["Monitor"]


class Monitor:
    """Follows one log."""

    def __init__(
        self,
        source: LogSource,
        view: View,
        key: NoteKey,
        *,
        clock: Clock,
        witnesses: tuple[Sequence[NoteKey], int] = ((), 0),
    ) -> None:
        self._source = source
        self._view = view
        self._key = key
        self._clock = clock
        self._witnesses = witnesses

    def look(self, tell: Callable[[int, int], None] | None = None) -> Checkpoint:
        """Check what the log says now against all that it said before; return the checkpoint that passed.

        `tell` hears how many entries are checked, and of how many.

        Raises:
            ProofInvalid: naming what differs and where the evidence is.
            DependencyUnavailable: when the log cannot be read or the view not be written.
            NotFound: when the log has no checkpoint yet.
            InvalidInput: when the view is damaged.
        """
        note = self._read()
        new = open_checkpoint(note, self._key)
        seen = self._view.seen()
        before = open_checkpoint(seen.note, self._key) if seen is not None else None
        try:
            if before is not None and new.size <= before.size:
                _check_same(before, new)
                return new
            edge = self._check_published(new, seen.edge if seen is not None else None, tell)
            if before is not None and before.size:
                self._check_growth(before, new)
        except ProofInvalid as error:
            folder = self._view.keep_evidence(note, self._clock())
            raise ProofInvalid(
                f"{error.detail}; what the log signed is kept in {folder}",
                remedy="Show the evidence to whoever relies on this log, and ask its operator.",
            ) from error
        self._view.keep(note, edge)
        return new

    def _read(self) -> bytes:
        """Return the newest checkpoint that enough witnesses cosigned; the very newest may still wait for them."""
        note = self._source.checkpoint()
        if note is None:
            raise NotFound("the log has no checkpoint yet")
        try:
            verify_quorum(note, *self._witnesses)
        except ProofInvalid:
            note = self._source.cosigned() or note
            verify_quorum(note, *self._witnesses)
        return note

    def _check_published(self, new: Checkpoint, known: Edge | None, tell: Callable[[int, int], None] | None) -> Edge:
        """Check entries and tiles from the last full tile on; where that fails, from the beginning.

        The second way tells a log that was rewritten, whole and in itself right, from one whose files are damaged.
        """
        try:
            return audit(self._source, new, edge=known, tell=tell)
        except ProofInvalid:
            if known is None or not known.size:
                raise
        return audit(self._source, new, tell=tell)

    def _check_growth(self, before: Checkpoint, new: Checkpoint) -> None:
        proof = PublishedTree(self._source, new.size).consistency(before.size)
        try:
            verify_consistency(before.size, new.size, before.root, new.root, proof)
        except ProofInvalid as error:
            raise ProofInvalid(
                f"split view: the log of {new.size} entries does not begin with the {before.size} seen before: "
                f"{error.detail}"
            ) from error


def _check_same(before: Checkpoint, new: Checkpoint) -> None:
    if new.size < before.size:
        raise ProofInvalid(f"rollback: the log had {before.size} entries and now signs {new.size}")
    if new.root != before.root:
        raise ProofInvalid(f"split view: the log signed two different trees of {new.size} entries")
