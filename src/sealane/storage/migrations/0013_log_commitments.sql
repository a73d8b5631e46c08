-- What opens the fields that an entry commits to: its secret and its values, sealed under a key of the ring. Apart from
-- the entries, which never change, so that rows here can be erased. The order is '' for entries about no order.
CREATE TABLE log_opening (
    order_id TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (order_id, entry_id)
) WITHOUT ROWID;

-- Sealed entries: what only the authority can open. Nothing here says who reported or about whom.
CREATE TABLE log_sealed (
    entry_id TEXT PRIMARY KEY NOT NULL,
    authority_id TEXT NOT NULL,
    sealed BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX log_sealed_by_authority ON log_sealed (authority_id, entry_id);
