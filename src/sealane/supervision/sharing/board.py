"""The board: where the leading server posts each checkpoint before anybody publishes it.

    epoch size note          a post of an older epoch, or of a smaller tree than is there, is refused with its flow

Every server builds the same tiles from the same rows; only which sizes get a signature must be decided in one place,
or callers behind a load balancer could be shown two histories of sizes.
"""

from sealane.storage.database import Database, Transaction
from sealane.storage.sharing import Lead
from sealane.supervision import store

__all__ = ["Board"]


class Board:
    """One log's board, seen from one server."""

    def __init__(self, database: Database, lead: Lead) -> None:
        self._database = database
        self._lead = lead

    @property
    def is_ours(self) -> bool:
        """Whether this server makes the checkpoints now, as far as it knows."""
        return self._lead.is_held

    def newest(self) -> tuple[int, bytes] | None:
        """Return size and signed note of the newest checkpoint, None before the first.

        Raises:
            DependencyUnavailable: when the database does not answer.
        """
        with self._database.reader() as connection:
            return store.posted(connection)

    def post(self, size: int, note: bytes) -> None:
        """Let this be the newest checkpoint.

        Raises:
            DependencyUnavailable: when another server leads now; nobody may publish the note then.
        """
        self._database.run(lambda tx: self._post(tx, size, note))

    def _post(self, tx: Transaction, size: int, note: bytes) -> None:
        self._lead.confirm(tx)
        store.post(tx, self._lead.epoch, size, note)
