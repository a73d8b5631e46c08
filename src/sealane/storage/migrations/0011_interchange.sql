-- The interchange: keys of parties, what came in once, native webhooks, messages between parties, findings of the gate.

CREATE TABLE party_keys (
    party_id TEXT NOT NULL,
    key_id TEXT NOT NULL,
    name TEXT,
    jwk TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    from_us BIGINT NOT NULL,
    until_us BIGINT,
    revoked_us BIGINT,
    PRIMARY KEY (party_id, key_id)
);
CREATE INDEX party_keys_by_key ON party_keys (key_id);
CREATE INDEX party_keys_by_name ON party_keys (name) WHERE name IS NOT NULL;

-- Marks of signed calls that took effect; a mark may go once its signature would be too old anyway.
CREATE TABLE nonces (
    mark BLOB PRIMARY KEY NOT NULL,
    until_us BIGINT NOT NULL
);
CREATE INDEX nonces_by_end ON nonces (until_us);

-- API keys that count only together with a key pair: `kind` is dpop or certificate.
CREATE TABLE token_bindings (
    digest BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    thumbprint TEXT NOT NULL
);

CREATE TABLE inbox_endpoints (
    endpoint_id TEXT PRIMARY KEY NOT NULL,
    merchant_id TEXT NOT NULL,
    source TEXT NOT NULL,
    secrets BLOB NOT NULL,
    created_us BIGINT NOT NULL,
    removed_us BIGINT
);
CREATE INDEX inbox_endpoints_by_source ON inbox_endpoints (source, created_us);

CREATE TABLE inbox_messages (
    message_id TEXT PRIMARY KEY NOT NULL,
    endpoint_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    source TEXT NOT NULL,
    source_event_id TEXT NOT NULL,
    kind TEXT,
    state TEXT NOT NULL,
    event_id TEXT,
    order_id TEXT,
    held BLOB,
    attempts INTEGER NOT NULL,
    next_us BIGINT,
    received_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX inbox_messages_by_event ON inbox_messages (source_event_id, endpoint_id);
CREATE INDEX inbox_messages_by_merchant ON inbox_messages (merchant_id, received_us, message_id);
CREATE INDEX inbox_messages_waiting ON inbox_messages (next_us) WHERE next_us IS NOT NULL;

CREATE TABLE exchange_messages (
    message_id TEXT PRIMARY KEY NOT NULL,
    sender_id TEXT NOT NULL,
    recipient_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    leg TEXT NOT NULL,
    purpose TEXT NOT NULL,
    kind TEXT NOT NULL,
    record_id TEXT NOT NULL,
    sent_us BIGINT NOT NULL
);
CREATE INDEX exchange_messages_by_recipient ON exchange_messages (recipient_id, sent_us, message_id);

-- What was stripped or refused, counted a day (UTC days since 1970): names of fields, never values.
CREATE TABLE gate_findings (
    day INTEGER NOT NULL,
    party_id TEXT NOT NULL,
    channel TEXT NOT NULL,
    field TEXT NOT NULL,
    action TEXT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (day, party_id, channel, field, action)
);
