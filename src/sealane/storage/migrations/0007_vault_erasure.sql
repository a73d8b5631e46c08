-- Erasure: what was erased and why it may not be, the index by which subjects are found, and work that goes on.

-- Which version of the index key made `identity`; a rotation brings all rows to the newest.
ALTER TABLE vault_subject ADD COLUMN index_version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX vault_record_by_subject ON vault_record (subject_id);

-- One row for each erased subject; `receipt` is what the shopper was handed. The key store holds the same rows, so
-- that whichever file comes back from a backup learns of the erasures from the other.
CREATE TABLE vault_tombstone (
    subject_id TEXT PRIMARY KEY NOT NULL,
    key_number BIGINT NOT NULL,
    erased_us BIGINT NOT NULL,
    receipt BLOB NOT NULL
) WITHOUT ROWID;

-- Why a subject, or one record of it, may not be erased yet; never deleted, only lifted.
CREATE TABLE vault_hold (
    hold_id TEXT PRIMARY KEY NOT NULL,
    subject_id TEXT NOT NULL,
    record_id TEXT,
    law TEXT NOT NULL,
    reason TEXT NOT NULL,
    until_us BIGINT,
    set_us BIGINT NOT NULL,
    lifted_us BIGINT
) WITHOUT ROWID;
CREATE INDEX vault_hold_by_subject ON vault_hold (subject_id);

-- Which shoppers paid with which card of ours, so that erasing the last of them erases the card.
CREATE TABLE vault_payer (
    subject_id TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (subject_id, token)
) WITHOUT ROWID;
CREATE INDEX vault_payer_by_token ON vault_payer (token);

-- 16 digits that stand for a card where a form takes nothing else; they never pass the Luhn check.
CREATE TABLE vault_card16 (
    digits TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    token TEXT NOT NULL,
    PRIMARY KEY (digits, merchant_id)
) WITHOUT ROWID;
CREATE INDEX vault_card16_by_token ON vault_card16 (token);

-- Work over many rows that survives a restart: how far it is, and up to which number it goes.
CREATE TABLE vault_task (
    name TEXT PRIMARY KEY NOT NULL,
    done_to BIGINT NOT NULL,
    goes_to BIGINT NOT NULL
) WITHOUT ROWID;
