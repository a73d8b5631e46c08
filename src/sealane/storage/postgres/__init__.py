"""PostgreSQL in the place of the embedded database: the same flows, tables and promises, on a server of its own.

The rest of the house speaks the common part of SQL with `?` for values and knows the errors of `sqlite3`. This folder
turns both into PostgreSQL's, so that no room needs a second set of statements.
"""

from sealane.storage.postgres.connecting import connect_writer
from sealane.storage.postgres.keystore import connect_keys
from sealane.storage.postgres.lease import Lease
from sealane.storage.postgres.readers import PostgresReaders
from sealane.storage.postgres.turns import connect_turns

__all__ = ["Lease", "PostgresReaders", "connect_keys", "connect_turns", "connect_writer"]
