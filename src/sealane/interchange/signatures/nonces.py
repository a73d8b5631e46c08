"""Nonces: one signed message has one effect, because its mark is stored in the transaction of that effect."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from sqlite3 import Connection
from typing import TypeVar

from sealane.interchange import store
from sealane.interchange.signatures.verification import Proof
from sealane.model.errors import Replayed, Stale
from sealane.storage.database import Database, Transaction

__all__ = ["ClaimingDatabase", "Nonces"]

T = TypeVar("T")

SWEEP_US = 60_000_000


class Nonces:
    """The marks of signatures that took effect; those too old to be sent again are swept once a minute."""

    def __init__(self) -> None:
        self._swept_us = 0

    def claim(self, tx: Transaction, proof: Proof) -> None:
        """Let this signature take effect in this flow, and never again.

        Raises:
            Replayed: when it took effect before.
            Stale: when its mark may have been swept, because it is too old by the time of the database.
        """
        if proof.until_us < tx.now_us:
            raise Stale("The signature is too old by the time of the database.")
        name = ("nonce", proof.mark)
        if tx.recall(name) or store.find_nonce(tx, proof.mark):
            raise Replayed
        if tx.now_us - self._swept_us > SWEEP_US:
            self._swept_us = tx.now_us
            store.sweep_nonces(tx, tx.now_us)
        store.add_nonce(tx, proof.mark, proof.until_us)
        tx.remember(name, value=True)


class ClaimingDatabase(Database):
    """A view of the database for one signed call: its first flow claims the call's signature before it begins."""

    def __init__(self, inner: Database, claim: Callable[[Transaction], None]) -> None:
        self._inner = inner
        self._claim = claim
        self.is_claimed = False

    def run(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow; see `Database.run`."""
        return self._inner.run(self._claiming(flow))

    async def run_async(self, flow: Callable[[Transaction], T]) -> T:
        """Run a flow; see `Database.run_async`."""
        return await self._inner.run_async(self._claiming(flow))

    def reader(self) -> AbstractContextManager[Connection]:
        """Lend a read-only connection; see `Database.reader`."""
        return self._inner.reader()

    def on_reset(self, restore: Callable[[Transaction], None]) -> None:
        """Register a restorer; see `Database.on_reset`."""
        self._inner.on_reset(restore)

    def close(self) -> None:
        """Leave the database open: it is not this call's to close."""

    def _claiming(self, flow: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
        def claimed(tx: Transaction) -> T:
            if not self.is_claimed:
                self._claim(tx)
                tx.after_commit(self._note)
            return flow(tx)

        return claimed

    def _note(self) -> None:
        self.is_claimed = True
