"""The transparency log: append inside a flow, publish in the background, prove at any time.

    keys = LogKeys(ring.signer("log"), Safe(ring))
    log = Log.open(database, folder / "log", keys, origin="", clock=system_clock)
    log.start()
    fields = {"outcome": b"approve"}
    entry_id = database.run(
        lambda tx: log.append(tx, "order.decided", order_id=order_id, content=record, fields=fields)
    )
    bundle = log.prove(entry_id)
    opening = log.open_field(entry_id, "outcome")

Appending buffers two rows, which commit together with what they are about. A background thread turns committed rows
into tiles and a signed checkpoint, another has it cosigned by the witnesses. Up to the checkpoint, files and database
must agree, or the log refuses to start.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Self

from sealane.keys.signing import Signer
from sealane.model.clock import Clock
from sealane.model.errors import DependencyUnavailable, InvalidInput, Misconfigured, NotFound, ProofInvalid
from sealane.model.ids import new_id
from sealane.storage.database import Database, Transaction
from sealane.supervision import store
from sealane.supervision.checkpoint import Checkpoint, sign_checkpoint
from sealane.supervision.commitment.fields import commit, commit_whole
from sealane.supervision.commitment.opening import encode_opening
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.entry import WITH_CONTENT, WITH_FIELDS, Shown, write_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.integrator import Head, Integrator
from sealane.supervision.merkle import EMPTY_ROOT
from sealane.supervision.note import NoteKey, parse_vkey
from sealane.supervision.reading import material_of, prove_index
from sealane.supervision.sealed.envelope import SEALED_KIND, Recipient, seal_document
from sealane.supervision.sharing import Board
from sealane.supervision.witness.gathering import Gathering
from sealane.supervision.witness.policy import NO_WITNESSES, Policy

__all__ = ["Log", "LogKeys"]

_RESTORE = (
    "Restore the folder log and sealane.db from the same backup. When only files in log are damaged and the database "
    "is right, remove log/checkpoint and log/tile: they are built again, and an old checkpoint shows the same root."
)


_FORK = (
    "Restore the newest backup: a witness has seen more of this log, or another one. If nothing newer exists, the log "
    "ends here; keep it as it is and begin a new one under another name."
)


class LogKeys(NamedTuple):
    """The key that signs checkpoints, the safe that what opens the entries is sealed in, and where servers agree."""

    signer: Signer
    safe: Safe
    board: Board | None = None
    """Where the leading one of several servers posts each checkpoint; None when there is one server."""


class Log:
    """One log: tables in the database, a folder of published files, and the key that signs them."""

    def __init__(self, database: Database, folder: LogFolder, safe: Safe, integrator: Integrator) -> None:
        self._database = database
        self._folder = folder
        self._safe = safe
        self._integrator = integrator
        self._key = integrator.key
        self._wake = integrator.wake

    @classmethod
    def open(
        cls,
        database: Database,
        folder: Path,
        keys: LogKeys,
        *,
        origin: str,
        clock: Clock,
        witnesses: Policy = NO_WITNESSES,
    ) -> Self:
        """Open the log in a folder, making it on first use; an empty origin keeps its name or chooses a random one.

        Raises:
            Misconfigured: when database, files, key and name do not belong together or were changed, or when a witness
                cosigned more than is here, or something else.
        """
        files = LogFolder(folder)
        gathering = Gathering(files, witnesses)
        try:
            key = _identify(database, keys.signer, origin)
            _publish_key(files, key)
            _check_sizes(database, gathering, key, keys.signer)
            integrator = Integrator(database, files, signer=keys.signer, origin=key.name, clock=clock, board=keys.board)
            integrator.add_witnesses(gathering)
        except ProofInvalid as error:
            gathering.stop()
            remedy = _FORK if error.detail.startswith("the witness") else _RESTORE
            raise Misconfigured(f"the log in {folder} cannot go on: {error.detail}", remedy=remedy) from error
        except (InvalidInput, DependencyUnavailable) as error:
            gathering.stop()
            raise Misconfigured(f"the log in {folder} cannot go on: {error.detail}", remedy=error.advice) from error
        return cls(database, files, keys.safe, integrator)

    def append(
        self,
        tx: Transaction,
        kind: str,
        *,
        order_id: str | None,
        content: bytes,
        fields: Mapping[str, bytes] | None = None,
    ) -> str:
        """Log an event, like `order.decided`, inside its flow; return the entry's id. All of it stays private.

        Each of the `fields` can be opened later without the others; the content only by whoever has it.

        Raises:
            InvalidInput: when kind, order id or a field's name do not have their form.
        """
        return self._append(tx, new_id("ent"), Subject(kind, order_id), content, fields)

    def append_sealed(self, tx: Transaction, recipient: Recipient, document: bytes) -> str:
        """Log a document that only an authority can open; the entry tells neither its kind nor what it is about.

        Raises:
            InvalidInput: when the authority's key is not one that can be sealed to.
        """
        entry_id = new_id("ent")
        sealed = seal_document(entry_id, recipient, document)
        self._append(tx, entry_id, Subject(SEALED_KIND, None), sealed, None)
        store.add_sealed(tx, entry_id, recipient.party_id, sealed)
        return entry_id

    def _append(
        self, tx: Transaction, entry_id: str, subject: "Subject", content: bytes, fields: Mapping[str, bytes] | None
    ) -> str:
        commitment = commit(content, fields) if fields else commit_whole(content)
        shown = Shown(WITH_FIELDS if fields else WITH_CONTENT, commitment.digest)
        store.add(tx, entry_id, write_entry(entry_id, *subject, tx.now_us, shown))
        store.keep_opening(tx, subject.order_id, entry_id, self._safe.seal(entry_id, commitment.material))
        tx.after_commit(self._wake)
        return entry_id

    def erase(self, tx: Transaction, order_id: str) -> int:
        """Erase what opens the entries about an order, and with it every way to test a guess; return how many.

        The entries stay, and so does every proof of them.
        """
        return store.erase_order(tx, order_id)

    def start(self) -> None:
        """Publish in the background from now on, within a second of each commit."""
        self._integrator.start()

    def close(self) -> None:
        """Publish what was committed last and end the background work; repeatable."""
        self._integrator.stop()

    def check(self) -> None:
        """Make sure that the log keeps up with what is appended.

        Raises:
            DependencyUnavailable: when publishing fails; entries are safe in the database meanwhile.
        """
        self._integrator.check()

    def integrate(self) -> Checkpoint:
        """Publish everything committed so far and return the checkpoint that covers it.

        Raises:
            DependencyUnavailable: when the folder or the database cannot be used.
        """
        return self._integrator.integrate()

    def head(self) -> Head:
        """Return the published state: the signed note, the checkpoint in it, and when it was written."""
        return self._integrator.head

    def checkpoint_text(self) -> bytes:
        """Return the checkpoint as signed note."""
        return self._integrator.head.note

    def witnesses(self) -> Gathering:
        """Return who cosigns this log, and how far each has come."""
        return self._integrator.gathering

    def public_key(self) -> str:
        """Return the key line (vkey) that everything of this log is checked with."""
        return str(self._key)

    def prove(self, entry_id: str) -> bytes:
        """Return the bundle that proves an entry offline, once a checkpoint covers it.

        Raises:
            NotFound: when there is no such entry.
            DependencyUnavailable: when publishing fails or takes longer than 10 seconds.
            ProofInvalid: when a published file is missing or damaged.
        """
        with self._database.reader() as connection:
            index = store.index_of(connection, entry_id)
        head = self._integrator.cosigned(index) or self._integrator.wait_for(index)
        return prove_index(self._folder, index, head.note, head.checkpoint)

    def open_field(self, entry_id: str, field: str, content: bytes | None = None) -> bytes:
        """Return the document that opens one field of an entry to anybody; the content's value must be given.

        Raises:
            NotFound: when there is no such entry, or it has no such field.
            Erased: when nobody can open it any more.
            InvalidInput: when the field is the content and none is given.
            ProofInvalid: when another content is given, or a published file is missing or damaged.
            DependencyUnavailable: when no checkpoint covers the entry yet and publishing fails.
        """
        with self._database.reader() as connection:
            opened = material_of(connection, self._safe, entry_id).open(field, content)
        return encode_opening(opened, self.prove(entry_id))

    def open_sealed(self, entry_id: str, authority_id: str) -> bytes:
        """Return the document that shows a sealed entry's content, still sealed, to the authority that can open it.

        Raises:
            NotFound: when there is no such entry for this authority.
            DependencyUnavailable: when no checkpoint covers the entry yet and publishing fails.
            ProofInvalid: when a published file is missing or damaged.
        """
        with self._database.reader() as connection:
            owner, sealed = store.sealed_of(connection, entry_id)
        if owner != authority_id:
            raise NotFound(f"the log has no sealed entry {entry_id}")
        return self.open_field(entry_id, "content", sealed)

    def sealed_for(self, authority_id: str, after: str, limit: int) -> list[str]:
        """Return the ids of the entries sealed for an authority, oldest first, after the named one."""
        with self._database.reader() as connection:
            return store.sealed_for(connection, authority_id, after, limit)

    def salt(self, entry_id: str) -> bytes:
        """Return the 16 bytes that, before the content, give the digest in a leaf about its content alone.

        Raises:
            NotFound: when there is no such entry, or it has several fields; `open_field` opens those.
            Erased: when the salt is gone, and with it every way to test a guess of the content.
        """
        with self._database.reader() as connection:
            material = material_of(connection, self._safe, entry_id)
        if material.content_hash:
            raise NotFound(f"entry {entry_id} has several fields", remedy="Open one of them alone.")
        return material.secret


class Subject(NamedTuple):
    """What an entry says in public of its event: the kind, and the order it is about, if any."""

    kind: str
    order_id: str | None


def _check_sizes(database: Database, gathering: Gathering, key: NoteKey, signer: Signer) -> None:
    """Ask the witnesses, before anything is signed, whether they have seen more than the database holds.

    Raises:
        ProofInvalid: when one of them has.
    """
    with database.reader() as connection:
        size = store.size(connection)
    gathering.check_size(sign_checkpoint(Checkpoint(key.name, 0, EMPTY_ROOT), signer), size)


def _identify(database: Database, signer: Signer, origin: str) -> NoteKey:
    """Return the key under the log's name, which is kept from the first start on.

    Raises:
        InvalidInput: when the log has another name already, or none can be called so.
    """
    with database.reader() as connection:
        known = store.origin(connection)
    name = known or origin or f"sealane.local/{os.urandom(8).hex()}"
    if origin not in {"", name}:
        raise InvalidInput(
            f"this log is called {name}, not {origin}", remedy=f'Set log_origin = "{name}", or leave it out.'
        )
    try:
        key = parse_vkey(str(NoteKey(name, signer.public_key)))
    except InvalidInput as error:
        raise InvalidInput(
            "a log's name has no spaces and no plus signs", remedy="Correct log_origin, or leave it out."
        ) from error
    if known is None:
        database.run(lambda tx: store.choose_origin(tx, name))
    return key


def _publish_key(files: LogFolder, key: NoteKey) -> None:
    known = files.key()
    if known is None:
        files.publish_key(key)
    elif known != key:
        raise ProofInvalid(f"log.vkey names the key {known}, the key ring holds {key}")
