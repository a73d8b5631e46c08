"""PostgreSQL in the place of the embedded database: the same flows, tables and promises, on a server of its own.

The rest of the house speaks the common part of SQL with `?` for values and knows the errors of `sqlite3`. This folder
turns both into PostgreSQL's, so that no room needs a second set of statements.
"""

from sealane.storage.postgres.connecting import connect_writer
from sealane.storage.postgres.readers import PostgresReaders

__all__ = ["PostgresReaders", "connect_writer"]
