"""The transparency log: append inside a flow, publish in the background, prove at any time.

    log = Log.open(database, folder / "log", ring.signer("log"), origin="", clock=system_clock)
    log.start()
    entry_id = database.run(lambda tx: log.append(tx, "order.decided", order_id=order_id, content=record))
    bundle = log.prove(entry_id)

Appending buffers one row, which commits together with what it is about. A background thread turns committed rows into
tiles and a signed checkpoint. Up to the checkpoint, files and database must agree, or the log refuses to start.
"""

import os
from pathlib import Path
from typing import Self

from sealane.keys.signing import Signer
from sealane.model.clock import Clock
from sealane.model.errors import DependencyUnavailable, InvalidInput, Misconfigured, ProofInvalid
from sealane.model.ids import new_id
from sealane.storage.database import Database, Transaction
from sealane.supervision import store
from sealane.supervision.checkpoint import Checkpoint
from sealane.supervision.entry import SALT_BYTES, write_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.integrator import Head, Integrator
from sealane.supervision.note import NoteKey, parse_vkey
from sealane.supervision.reading import prove_index

__all__ = ["Log"]

_RESTORE = (
    "Restore the folder log and sealane.db from the same backup. When only files in log are damaged and the database "
    "is right, remove log/checkpoint and log/tile: they are built again, and an old checkpoint shows the same root."
)


class Log:
    """One log: a table in the database, a folder of published files, and the key that signs them."""

    def __init__(self, database: Database, folder: LogFolder, key: NoteKey, integrator: Integrator) -> None:
        self._database = database
        self._folder = folder
        self._key = key
        self._integrator = integrator
        self._wake = integrator.wake

    @classmethod
    def open(cls, database: Database, folder: Path, signer: Signer, *, origin: str, clock: Clock) -> Self:
        """Open the log in a folder, making it on first use; an empty origin keeps its name or chooses a random one.

        Raises:
            Misconfigured: when database, files, key and name do not belong together or were changed.
        """
        files = LogFolder(folder)
        try:
            key = _identify(database, signer, origin)
            _publish_key(files, key)
            integrator = Integrator(database, files, signer=signer, origin=key.name, clock=clock)
        except ProofInvalid as error:
            raise Misconfigured(f"the log in {folder} cannot go on: {error.detail}", remedy=_RESTORE) from error
        except (InvalidInput, DependencyUnavailable) as error:
            raise Misconfigured(f"the log in {folder} cannot go on: {error.detail}", remedy=error.advice) from error
        return cls(database, files, key, integrator)

    def append(self, tx: Transaction, kind: str, *, order_id: str | None, content: bytes) -> str:
        """Log an event, like `order.decided`, inside its flow; return the entry's id. The content stays private.

        Raises:
            InvalidInput: when kind or order id do not have their form.
        """
        entry_id = new_id("ent")
        salt = os.urandom(SALT_BYTES)
        store.add(tx, entry_id, write_entry(entry_id, kind, order_id, tx.now_us, salt + content), salt)
        tx.after_commit(self._wake)
        return entry_id

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
        head = self._integrator.wait_for(index)
        return prove_index(self._folder, index, head.note, head.checkpoint)

    def salt(self, entry_id: str) -> bytes:
        """Return the 16 bytes that, before the content, give the digest in the leaf.

        Raises:
            NotFound: when there is no such entry.
            Erased: when the salt is gone, and with it every way to test a guess of the content.
        """
        with self._database.reader() as connection:
            return store.salt_of(connection, entry_id)


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
