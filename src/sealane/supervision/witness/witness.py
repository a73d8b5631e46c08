"""A witness: it remembers one checkpoint of each log it knows and cosigns only what extends it (C2SP tlog-witness).

    witness = Witness(WitnessFolder(path), name="witness.example.com/w1", logs=[log_key], clock=system_clock)
    status, media, body = witness.add_checkpoint(body)

    200  the cosignature                        404  a log that it does not know
    400  not a request, or old over new size    409  another size was cosigned last (the body says which),
    403  not signed by the log                       or the same size with another root
                                                422  the proof does not show that the tree was extended

What a log signed and the witness refused for its content is kept as evidence: nobody else can sign in its name.
"""

import threading
from collections.abc import Sequence
from typing import NamedTuple

from sealane.model.clock import Clock
from sealane.model.errors import ProofInvalid
from sealane.supervision.checkpoint import Checkpoint, parse_checkpoint
from sealane.supervision.merkle import EMPTY_ROOT, verify_consistency
from sealane.supervision.note import COSIGNING, NoteKey, is_signed_by, split_note
from sealane.supervision.witness.cosignature import cosign
from sealane.supervision.witness.request import AddCheckpoint, parse_request
from sealane.supervision.witness.state import WitnessFolder

__all__ = ["SIZE_MEDIA", "Answer", "Witness"]

SIZE_MEDIA = "text/x.tlog.size"
"""The media type of a refusal whose body is the size that was cosigned last."""

_TEXT = "text/plain; charset=utf-8"
_OK, _BAD, _FORBIDDEN, _UNKNOWN, _CONFLICT, _INCONSISTENT = 200, 400, 403, 404, 409, 422


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    media: str
    body: bytes


class Witness:
    """One witness; safe to be called from many threads."""

    def __init__(self, folder: WitnessFolder, *, name: str | None, logs: Sequence[NoteKey], clock: Clock) -> None:
        """Take up name, key and state of the folder; several keys of one log may have the same name.

        Raises:
            Misconfigured: when the folder's files are damaged or the name cannot be used.
        """
        self._folder = folder
        self._clock = clock
        self._name, self._signer = folder.identity(name)
        self._logs = {key.name: [each for each in logs if each.name == key.name] for key in logs}
        self._heads = {origin: folder.head(origin) for origin in self._logs}
        self._deciding = threading.Lock()

    @property
    def key(self) -> NoteKey:
        """The key that its cosignatures are checked with."""
        return NoteKey(self._name, self._signer.public_key, COSIGNING)

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request for a cosignature.

        Raises:
            DependencyUnavailable: when the state cannot be written; nothing was cosigned.
        """
        try:
            request = parse_request(body)
            text, _ = split_note(request.note)
            checkpoint = parse_checkpoint(text)
        except ProofInvalid as refusal:
            return _refuse(_BAD, refusal.detail)
        keys = self._logs.get(checkpoint.origin)
        if keys is None:
            return _refuse(_UNKNOWN, "this witness does not know a log of this origin")
        if not is_signed_by(request.note, keys):
            return _refuse(_FORBIDDEN, "the checkpoint is not signed by the log")
        if request.old_size > checkpoint.size:
            return _refuse(_BAD, "the old size is larger than that of the checkpoint")
        with self._deciding:
            return self._decide(request, checkpoint, text)

    def _decide(self, request: AddCheckpoint, checkpoint: Checkpoint, text: str) -> Answer:
        origin = checkpoint.origin
        known = self._heads[origin] or Checkpoint(origin, 0, EMPTY_ROOT)
        now_us = self._clock()
        if request.old_size != known.size:
            return Answer(_CONFLICT, SIZE_MEDIA, f"{known.size}\n".encode())
        if checkpoint.size == known.size and checkpoint.root != known.root:
            self._folder.keep_evidence(origin, request.note, now_us)
            return Answer(_CONFLICT, SIZE_MEDIA, f"{known.size}\n".encode())
        try:
            _check_growth(known, checkpoint, request.proof)
        except ProofInvalid as refusal:
            self._folder.keep_evidence(origin, request.note, now_us)
            return _refuse(_INCONSISTENT, refusal.detail)
        self._folder.keep_head(origin, request.note)
        self._heads[origin] = checkpoint
        line = cosign(text, self._name, self._signer, now_us // 1_000_000)
        return Answer(_OK, _TEXT, str(line).encode())


def _check_growth(known: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    if known.size:
        verify_consistency(known.size, new.size, known.root, new.root, proof)
    elif proof:
        raise ProofInvalid("a proof from an empty tree has no hashes")


def _refuse(status: int, detail: str) -> Answer:
    return Answer(status, _TEXT, f"{detail}\n".encode())
