"""Subjects: whose data is sealed, found again by a blinded identity without the vault knowing who it is.

A shopper is known to a merchant by the account, without one by the e-mail address; whoever gives neither is new each
time. Two merchants never share a subject.
"""

from collections.abc import Callable

from sealane.keys.blinding import Blinder
from sealane.keys.ring import KekKind
from sealane.model.errors import NotFound
from sealane.model.ids import Prefix, new_id
from sealane.model.order import Shopper
from sealane.storage.database import Transaction
from sealane.vault import store
from sealane.vault.datakeys import DataKeys
from sealane.vault.normalise import normalise_email
from sealane.vault.recent import Recent
from sealane.vault.records import Subject

__all__ = ["Subjects"]

_REMEMBERED = 8_192


class Subjects:
    """Finds and makes subjects inside transactions; belongs to the writer thread."""

    def __init__(self, keys: DataKeys, blinder: Blinder) -> None:
        self._keys = keys
        self._blind = blinder.link
        # Only what is durable comes in here, so a rolled back batch needs no repair.
        self._recent: Recent[Subject] = Recent(_REMEMBERED)

    def of_shopper(self, tx: Transaction, merchant_id: str, shopper: Shopper) -> Subject:
        """Return the shopper's subject at this merchant, a new one when the shopper was not seen before.

        Raises:
            Erased: when the shopper's key is gone.
            DependencyUnavailable: when no data key can be made.
        """
        identity = self._identity(merchant_id, shopper)
        if identity is None:
            return self.add(tx, "sub", merchant_id, "pii")
        return self.of_identity(tx, identity) or self.add(tx, "sub", merchant_id, "pii", identity)

    def of_identity(self, tx: Transaction, identity: bytes) -> Subject | None:
        """Return the subject with this blinded identity, if any.

        Raises:
            Erased: when its key is gone.
        """
        return self._find(tx, identity, lambda: store.find_identity(tx, identity))

    def of_id(self, tx: Transaction, subject_id: str) -> Subject:
        """Return the subject with this id.

        Raises:
            NotFound: when there is none.
            Erased: when its key is gone.
        """
        found = self._find(tx, subject_id, lambda: store.find_subject(tx, subject_id))
        if found is None:
            raise NotFound("There is no such subject.")
        return found

    def add(
        self, tx: Transaction, prefix: Prefix, merchant_id: str, kind: KekKind, identity: bytes | None = None
    ) -> Subject:
        """Return a new subject with a data key of its own, to be found again by the blinded identity.

        Raises:
            DependencyUnavailable: when no data key can be made.
        """
        number, key = self._keys.take(kind)
        subject = Subject(new_id(prefix), merchant_id, key)
        store.add_subject(tx, store.SubjectRow(subject.subject_id, merchant_id, number), identity)
        names: list[str | bytes] = [subject.subject_id]
        if identity is not None:
            names.append(identity)
        for name in names:
            tx.remember(("vault", name), subject)
        tx.after_commit(lambda: self._keep(names, subject))
        return subject

    def _identity(self, merchant_id: str, shopper: Shopper) -> bytes | None:
        if shopper.account is not None:
            return self._blind("account", f"{merchant_id} {shopper.account.open_for_sealing()}")
        if shopper.email is not None:
            return self._blind("email", f"{merchant_id} {normalise_email(shopper.email.open_for_sealing())}")
        return None

    def _find(
        self, tx: Transaction, name: str | bytes, look_up: Callable[[], store.SubjectRow | None]
    ) -> Subject | None:
        found: Subject | None = self._recent.get(name) or tx.recall(("vault", name))
        if found is not None:
            return found
        row = look_up()
        if row is None:
            return None
        subject = Subject(row.subject_id, row.merchant_id, self._keys.find(row.key_number))
        self._recent.keep(name, subject)
        return subject

    def _keep(self, names: list[str | bytes], subject: Subject) -> None:
        for name in names:
            self._recent.keep(name, subject)
