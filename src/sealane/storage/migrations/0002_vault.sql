-- The vault: sealed values and who they belong to. Keys are not here: key_number names a row of vault-keys.db.

CREATE TABLE vault_subject (
    key_number INTEGER PRIMARY KEY,
    subject_id TEXT NOT NULL, -- sub_... a shopper, ct_... a card
    merchant_id TEXT NOT NULL,
    identity BLOB, -- keyed hash of account, e-mail address or card number, to find the subject again
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX vault_subject_by_id ON vault_subject (subject_id);
CREATE UNIQUE INDEX vault_subject_by_identity ON vault_subject (identity) WHERE identity IS NOT NULL;

-- What was sealed at one moment: a msgpack map of JSON pointers to envelopes.
CREATE TABLE vault_record (
    record_id TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX vault_record_by_id ON vault_record (record_id);

-- What may be known about a card outside its envelope (PCI DSS 3.4.1), and its link, equal for all merchants.
CREATE TABLE vault_card (
    token TEXT PRIMARY KEY NOT NULL,
    merchant_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    link BLOB NOT NULL,
    bin TEXT NOT NULL,
    last4 TEXT NOT NULL,
    brand TEXT NOT NULL
) WITHOUT ROWID;
