-- Signed notices to shoppers: the token as it was handed out, and whether it was ended before its time.
CREATE TABLE notices (
    notice_id TEXT PRIMARY KEY NOT NULL,
    merchant_id TEXT NOT NULL,
    consignment_id TEXT NOT NULL,
    token TEXT NOT NULL,
    issued_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ended TEXT,
    ended_us BIGINT
);
CREATE INDEX notices_by_consignment ON notices (consignment_id);

-- Public keys under which notices of this installation were signed, each with the log entry that pins it.
CREATE TABLE notice_keys (
    key_id TEXT PRIMARY KEY NOT NULL,
    public_key BLOB NOT NULL,
    entry_id TEXT NOT NULL
);
