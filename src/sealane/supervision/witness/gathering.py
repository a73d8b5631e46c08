"""The log's side of cosigning: each new checkpoint goes to all witnesses, in the background, with a proof of growth.

Nothing waits for a witness: a checkpoint is published when it is signed, and once more with the cosignatures when
they come. A witness that does not answer is asked again with the next checkpoint. One that contradicts is a matter
for people: at a start the log does not go on, later the trouble stands on the audit page and in the server's log.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import NamedTuple

import httpx
import structlog

from sealane.model.errors import DependencyUnavailable, ProofInvalid, SealaneError
from sealane.supervision.checkpoint import Checkpoint, read_number
from sealane.supervision.folder import LogFolder
from sealane.supervision.note import SignatureLine, split_note
from sealane.supervision.reading import PublishedTree
from sealane.supervision.witness.cosignature import read_cosignatures
from sealane.supervision.witness.policy import Policy, WitnessAddress
from sealane.supervision.witness.request import AddCheckpoint

__all__ = ["Gathering", "WitnessState"]

_TIMEOUT_SECONDS = 2.0
_TRIES = 3
"""A witness may be ahead of or behind what we remember of it, so it is told once more from the size that it names."""

_log = structlog.get_logger("sealane.supervision")


class WitnessState(NamedTuple):
    """What is known of a witness: the size it cosigned last, and why it does not cosign now (empty: it does)."""

    size: int = 0
    trouble: str = ""


class Gathering:
    """Asks the witnesses of one log; `states` runs parallel to the witnesses of the policy."""

    def __init__(self, folder: LogFolder, policy: Policy) -> None:
        self.policy = policy
        self.states = [WitnessState()] * len(policy.witnesses)
        self._folder = folder
        self.deliver: Callable[[bytes, Checkpoint, int], None] | None = None
        """Takes cosigned checkpoints: the note with all cosignatures, what it says, and how many they are."""
        self._client = httpx.Client(timeout=_TIMEOUT_SECONDS, follow_redirects=False, trust_env=False)
        self._pool = ThreadPoolExecutor(max(1, len(policy.witnesses)), "sealane-witness")
        self._latest: tuple[bytes, Checkpoint] | None = None
        self._news = threading.Condition()
        self._is_stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to ask in the background."""
        if self.policy.witnesses:
            self._thread = threading.Thread(target=self._live, name="sealane-witnesses", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the background work; repeatable."""
        with self._news:
            self._is_stopping = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._pool.shutdown()
        self._client.close()

    def offer(self, note: bytes, checkpoint: Checkpoint) -> None:
        """Have a checkpoint cosigned soon; one that was not asked for yet is replaced by it."""
        with self._news:
            self._latest = (note, checkpoint)
            self._news.notify_all()

    def check_size(self, empty: bytes, size: int) -> None:
        """Make sure that no witness that answers has cosigned a larger tree than the one of this size.

        `empty` is the signed checkpoint of the empty tree, which contradicts nothing: to a witness that saw more it is
        a question for its size.

        Raises:
            ProofInvalid: naming the witness and the size that it cosigned.
        """
        sizes = self._pool.map(lambda one: self._size_of(one, empty), self.policy.witnesses)
        for witness, cosigned in zip(self.policy.witnesses, sizes, strict=True):
            if cosigned > size:
                raise ProofInvalid(
                    f"the witness {witness.key.name} cosigned {cosigned} entries, here are {size}: a part is lost"
                )

    def confirm(self, note: bytes, checkpoint: Checkpoint) -> None:
        """Ask all witnesses now; those that cannot be reached or do not know this log are passed over.

        Raises:
            ProofInvalid: when one of them contradicts the checkpoint.
        """
        if checkpoint.size:
            for refusal in self._gather(note, checkpoint):
                if isinstance(refusal, ProofInvalid):
                    raise refusal

    def _live(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._latest is not None or self._is_stopping)
                if self._is_stopping:
                    return
                latest, self._latest = self._latest, None
            if latest is not None and latest[1].size:
                self._gather(*latest)

    def _gather(self, note: bytes, checkpoint: Checkpoint) -> list[SealaneError]:
        """Ask all witnesses at once, deliver what came, and return what was refused."""
        tree = PublishedTree(self._folder, checkpoint.size)
        answers = list(
            self._pool.map(lambda at: self._attempt(at, tree, note, checkpoint), range(len(self.policy.witnesses)))
        )
        lines = [answer for answer in answers if isinstance(answer, SignatureLine)]
        if lines:
            text, known = split_note(note)
            names = {line.name for line in lines}
            kept = [line for line in known if line.name not in names]
            whole = f"{text}\n" + "".join(str(line) for line in [*kept, *lines])
            try:
                if self.deliver is not None:
                    self.deliver(whole.encode(), checkpoint, len(lines))
            except DependencyUnavailable as error:
                _log.error("log.cosigned_not_published", detail=error.detail, remedy=error.advice)
        return [answer for answer in answers if isinstance(answer, SealaneError)]

    def _attempt(
        self, at: int, tree: PublishedTree, note: bytes, checkpoint: Checkpoint
    ) -> SignatureLine | SealaneError:
        witness, state = self.policy.witnesses[at], self.states[at]
        try:
            line = self._ask(witness, tree, AddCheckpoint(min(state.size, checkpoint.size), (), note), checkpoint)
        except (DependencyUnavailable, ProofInvalid) as error:
            if not state.trouble:
                _log.warning("log.not_cosigned", witness=witness.key.name, detail=error.detail)
            self.states[at] = WitnessState(state.size, error.detail)
            return error
        self.states[at] = WitnessState(checkpoint.size)
        return line

    def _ask(
        self, witness: WitnessAddress, tree: PublishedTree, request: AddCheckpoint, checkpoint: Checkpoint
    ) -> SignatureLine:
        """Return the witness's line; when it names another size, ask again from there."""
        for _ in range(_TRIES):
            old = request.old_size
            request = request._replace(proof=tree.consistency(old) if 0 < old < checkpoint.size else ())
            answer = self._post(witness, bytes(request))
            if answer.status_code == HTTPStatus.OK:
                return _own_line(request.note, answer.content, witness)
            if answer.status_code != HTTPStatus.CONFLICT:
                break
            known = _size_in(answer)
            if known > checkpoint.size:
                raise ProofInvalid(
                    f"the witness {witness.key.name} cosigned {known} entries, the log has {checkpoint.size}"
                )
            if known == old:
                raise ProofInvalid(f"the witness {witness.key.name} cosigned another root of {known} entries")
            request = request._replace(old_size=known)
        if answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise ProofInvalid(f"the witness {witness.key.name} finds that the log was not only extended")
        raise DependencyUnavailable(f"the witness {witness.key.name} answered with status {answer.status_code}")

    def _size_of(self, witness: WitnessAddress, empty: bytes) -> int:
        try:
            answer = self._post(witness, bytes(AddCheckpoint(0, (), empty)))
            return _size_in(answer) if answer.status_code == HTTPStatus.CONFLICT else 0
        except DependencyUnavailable as error:
            _log.warning("log.witness_not_asked", witness=witness.key.name, detail=error.detail)
            return 0

    def _post(self, witness: WitnessAddress, body: bytes) -> httpx.Response:
        try:
            return self._client.post(f"{witness.url}/add-checkpoint", content=body)
        except httpx.HTTPError as error:
            raise DependencyUnavailable(
                f"the witness {witness.key.name} cannot be reached: {type(error).__name__}"
            ) from error


def _size_in(answer: httpx.Response) -> int:
    try:
        return read_number(answer.text.removesuffix("\n"))
    except ProofInvalid as error:
        raise DependencyUnavailable("a witness answered with a conflict that names no size") from error


def _own_line(note: bytes, answer: bytes, witness: WitnessAddress) -> SignatureLine:
    """Return the line of this witness among those that it sent."""
    text, _ = split_note(note)
    found = read_cosignatures(text.encode() + b"\n" + answer, [witness.key])
    if not found:
        raise DependencyUnavailable(f"the witness {witness.key.name} answered without its cosignature")
    return found[0].line
