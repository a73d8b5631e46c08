"""A new index key: the keyed hash by which each subject is found is made anew from what is sealed.

A hash under an index key that still exists can be tested against guesses, also one that only a backup holds. So the
index key is replaced within the erasure horizon, and the old one is destroyed once nothing is found by it any more.
"""

from sealane.keys.ring import KeyRing
from sealane.model.errors import EnvelopeInvalid, Erased
from sealane.storage.database import Database, Transaction
from sealane.vault.datakeys import DataKeys
from sealane.vault.records import Subject, names_of, open_fields
from sealane.vault.rotation import store
from sealane.vault.store import SubjectRow
from sealane.vault.subjects import Subjects

__all__ = ["Reindexing"]

_STEP = 128
_TELLING = ("/number", "/shopper/account", "/shopper/email")


class Reindexing:
    """The move of all identities to the newest index key, step by step; shoppers are found meanwhile."""

    name = "reindex"

    def __init__(self, database: Database, keys: DataKeys, ring: KeyRing, subjects: Subjects) -> None:
        self._database = database
        self._keys = keys
        self._ring = ring
        self._subjects = subjects
        with database.reader() as conn:
            task = store.task(conn, self.name)
        self.total = 0 if task is None else task.goes_to
        self.done = 0 if task is None else task.done_to

    def step(self) -> bool:
        """Do some subjects; tell whether more are left. The older index keys are destroyed at the end.

        Raises:
            DependencyUnavailable: when the disk refuses.
            Misconfigured: when the key ring cannot be written.
        """
        if not self._database.run(self._flow):
            return True
        self._ring.destroy("blind/subjects", below=self._ring.blinder_versions("subjects")[0])
        self._subjects.use(self._ring)
        self._database.run(lambda tx: store.end_task(tx, self.name))
        self.done = self.total
        return False

    def _flow(self, tx: Transaction) -> bool:
        version = self._ring.blinder_versions("subjects")[0]
        rows = store.stale_subjects(tx, version, self.done, _STEP)
        for row in rows:
            store.move_identity(tx, row.subject_id, self._identity(tx, row), version)
        if rows:
            self.done = rows[-1].key_number
            store.keep_task(tx, self.name, self.done)
        return not rows

    def _identity(self, tx: Transaction, row: SubjectRow) -> bytes | None:
        """Return the subject's identity under the newest key, None when nothing tells who it is any more."""
        try:
            subject = Subject(row.subject_id, row.merchant_id, self._keys.find(row.key_number))
            for record_id, body in store.first_records(tx, row.subject_id):
                told = [name for name in _TELLING if name in names_of(body)][:1]
                if told:
                    values = open_fields(subject, record_id, body, told)
                    return self._subjects.identity_of(row.merchant_id, told[0], values[told[0]])
        except (Erased, EnvelopeInvalid):
            # Whoever cannot be read any more need not be found either.
            return None
        return None
