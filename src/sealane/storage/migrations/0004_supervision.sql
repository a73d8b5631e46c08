-- The transparency log before it is published: one row an entry, in commit order, never changed or deleted.
-- An entry's index in the tree is its position minus 1, so positions have no gaps.
CREATE TABLE log_entry (
    position INTEGER PRIMARY KEY,
    entry_id TEXT NOT NULL UNIQUE,
    leaf BLOB NOT NULL,
    salt BLOB -- what the leaf's digest was salted with; set to null, the content can never be guessed from the leaf
);

-- The name that this log signs with, chosen once.
CREATE TABLE log_identity (
    origin TEXT PRIMARY KEY NOT NULL
);
