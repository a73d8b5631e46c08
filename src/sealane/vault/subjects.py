"""Subjects: whose data is sealed, found again by a blinded identity without the vault knowing who it is.

A shopper is known to a merchant by the account, without one by the e-mail address; whoever gives neither is new each
time. Two merchants never share a subject.
"""

from collections.abc import Callable
from functools import partial

from sealane.keys.blinding import Blinder
from sealane.keys.ring import KekKind, KeyRing
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

    def __init__(self, keys: DataKeys, ring: KeyRing) -> None:
        self._keys = keys
        self.use(ring)
        # Only what is durable comes in here, so a rolled back batch needs no repair.
        self._recent: Recent[Subject] = Recent(_REMEMBERED)

    def use(self, ring: KeyRing) -> None:
        """Find and make subjects by the index keys that the ring holds now: the newest, and older ones meanwhile."""
        versions = ring.blinder_versions("subjects")
        self._version = versions[0]
        self._blinders: tuple[Blinder, ...] = tuple(ring.blinder("subjects", version) for version in versions)

    def clear(self) -> None:
        """Let go of everything that is kept in memory; it is read again when it is asked for."""
        self._recent.clear()

    def of_shopper(self, tx: Transaction, merchant_id: str, shopper: Shopper) -> Subject:
        """Return the shopper's subject at this merchant, a new one when the shopper was not seen before.

        Raises:
            Erased: when the shopper's key is gone.
            DependencyUnavailable: when no data key can be made.
        """
        told = _told(shopper)
        if told is None:
            return self.add(tx, "sub", merchant_id, "pii")
        return self.of_identity(tx, merchant_id, *told) or self.add(tx, "sub", merchant_id, "pii", told)

    def of_identity(self, tx: Transaction, merchant_id: str, field: str, value: str) -> Subject | None:
        """Return the merchant's subject that is known by this value, if any; `field` is the name it is sealed under.

        Raises:
            Erased: when its key is gone.
        """
        kind, text = _spell(merchant_id, field, value)
        for blinder in self._blinders:
            identity = blinder.link(kind, text)
            found = self._find(tx, identity, partial(store.find_identity, tx, identity))
            if found is not None:
                return found
        return None

    def identity_of(self, merchant_id: str, field: str, value: str) -> bytes:
        """Return the blinded identity of a value under the newest index key."""
        return self._blinders[0].link(*_spell(merchant_id, field, value))

    def forget(self, tx: Transaction, subject_id: str, *, now: Subject | None = None) -> None:
        """Let go of a subject at once: later flows look it up again, or take it as it is `now`."""
        tx.announce()
        tx.remember(("vault", subject_id), now)
        # A subject is kept under its identity as well, which this flow need not know; all others are read again. Flows
        # of the same batch may read it once more before its key is gone, so memory is emptied a second time.
        tx.on_success(self._recent.clear)
        tx.after_commit(self._recent.clear)

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
        self, tx: Transaction, prefix: Prefix, merchant_id: str, kind: KekKind, told: tuple[str, str] | None = None
    ) -> Subject:
        """Return a new subject with a data key of its own, to be found again by a field and its value.

        Raises:
            DependencyUnavailable: when no data key can be made.
        """
        number, key = self._keys.take(kind, merchant_id)
        subject = Subject(new_id(prefix), merchant_id, key)
        identity = None if told is None else self.identity_of(merchant_id, *told)
        store.add_subject(tx, store.SubjectRow(subject.subject_id, merchant_id, number), identity, self._version)
        names: list[str | bytes] = [subject.subject_id]
        if identity is not None:
            names.append(identity)
        for name in names:
            tx.remember(("vault", name), subject)
        tx.after_commit(lambda: self._keep(names, subject))
        return subject

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


def _told(shopper: Shopper) -> tuple[str, str] | None:
    """Return the field and the value by which a shopper is known."""
    if shopper.account is not None:
        return "/shopper/account", shopper.account.open_for_sealing()
    if shopper.email is not None:
        return "/shopper/email", shopper.email.open_for_sealing()
    return None


def _spell(merchant_id: str, field: str, value: str) -> tuple[str, str]:
    kind = field.rpartition("/")[2]
    return kind, f"{merchant_id} {normalise_email(value) if kind == 'email' else value}"
