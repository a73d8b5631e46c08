"""Emergency re-encryption: every subject of a kind gets a new data key, and all its records are sealed anew under it.

For when data keys may have leaked: after it they open nothing here any more. It opens nothing in older backups of the
data either, because the old keys are destroyed: make a new backup when it is done.
"""

from typing import Literal

from sealane.model.errors import EnvelopeInvalid, Erased
from sealane.storage.database import Database, Transaction
from sealane.vault.datakeys import DataKeys
from sealane.vault.records import Subject, names_of, open_fields, seal_body
from sealane.vault.rotation import store
from sealane.vault.store import SubjectRow
from sealane.vault.subjects import Subjects

__all__ = ["ResealKind", "Resealing"]

ResealKind = Literal["pii", "card"]
_STEP = 64


class Resealing:
    """The re-encryption of one kind, step by step; reads and writes go on meanwhile."""

    def __init__(self, database: Database, keys: DataKeys, subjects: Subjects, kind: ResealKind) -> None:
        self.name = f"reseal/{kind}"
        self._database = database
        self._keys = keys
        self._subjects = subjects
        self._kind = kind
        with database.reader() as conn:
            task = store.task(conn, self.name)
        self.total = 0 if task is None else task.goes_to
        self.done = 0 if task is None else task.done_to

    def step(self) -> bool:
        """Do some subjects; tell whether more are left.

        Raises:
            EnvelopeInvalid: when a record was altered; its subject keeps its old key.
            DependencyUnavailable: when the disk refuses.
        """
        self._database.run(self._flow)
        with self._database.reader() as conn:
            task, doomed = store.task(conn, self.name), store.doomed_numbers(conn)
        # The old keys go only once no record needs them; one that a crash leaves behind goes with the next step.
        if doomed:
            self._keys.drop(doomed)
            self._database.run(lambda tx: store.forget_doomed(tx, doomed))
        self.done = self.total if task is None else task.done_to
        return task is not None

    def _flow(self, tx: Transaction) -> None:
        task = store.task_in(tx, self.name)
        if task is None:
            return
        rows = store.subjects_up_to(tx, self._kind, task, _STEP)
        for row in rows:
            self._reseal(tx, row)
        if rows:
            store.keep_task(tx, self.name, rows[-1].key_number)
        else:
            store.end_task(tx, self.name)

    def _reseal(self, tx: Transaction, row: SubjectRow) -> None:
        try:
            old = Subject(row.subject_id, row.merchant_id, self._keys.find(row.key_number))
        except Erased:
            return
        number, key = self._keys.take(self._kind, row.merchant_id)
        new = old._replace(key=key)
        for record_id, body in store.records_of(tx, row.subject_id):
            store.replace_body(tx, record_id, seal_body(new, record_id, _open_all(old, record_id, body)))
        store.move_key(tx, row.subject_id, number)
        store.doom(tx, row.key_number)
        self._subjects.forget(tx, row.subject_id, now=new)


def _open_all(subject: Subject, record_id: str, body: bytes) -> dict[str, str]:
    try:
        return open_fields(subject, record_id, body, names_of(body))
    except EnvelopeInvalid as error:
        raise EnvelopeInvalid(f"{record_id} does not open; {error.detail}") from None
