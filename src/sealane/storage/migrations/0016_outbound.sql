-- What goes out: endpoints of parties and their deliveries, peers and the receipts they gave, findings of the match.

INSERT INTO meta (name, value) VALUES ('outbox_told', 0);
INSERT INTO meta (name, value) VALUES ('outbox_matched', 0);

-- `kinds` are parted by blanks, none means all; `scheme` is v1a, v1, rfc9421 or peer.
CREATE TABLE outbound_endpoints (
    endpoint_id TEXT PRIMARY KEY NOT NULL,
    party_id TEXT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    scheme TEXT NOT NULL,
    secrets BLOB NOT NULL,
    from_number BIGINT NOT NULL,
    created_us BIGINT NOT NULL,
    paused_us BIGINT,
    removed_us BIGINT
);
CREATE INDEX outbound_endpoints_open ON outbound_endpoints (created_us, endpoint_id) WHERE removed_us IS NULL;

-- One notice of the outbox on its way to one endpoint; `state` is waiting, delivered or dead. Only the first waiting one
-- of an order has a `next_us`, so the others stand behind it. A delivery under way has a lease that ends at `next_us`.
CREATE TABLE deliveries (
    delivery_id TEXT PRIMARY KEY NOT NULL,
    endpoint_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    kind TEXT NOT NULL,
    order_id TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_us BIGINT,
    is_leased INTEGER NOT NULL,
    status INTEGER,
    reason TEXT,
    made_us BIGINT NOT NULL,
    done_us BIGINT
);
CREATE INDEX deliveries_due ON deliveries (endpoint_id, next_us) WHERE next_us IS NOT NULL;
CREATE INDEX deliveries_in_line ON deliveries (endpoint_id, order_id, number) WHERE state = 'waiting';
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint_id, number);
CREATE INDEX deliveries_by_number ON deliveries (number);
CREATE INDEX deliveries_done ON deliveries (done_us) WHERE done_us IS NOT NULL;

CREATE TABLE peers (
    party_id TEXT PRIMARY KEY NOT NULL,
    origin TEXT NOT NULL,
    endpoint_id TEXT NOT NULL,
    document BLOB NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX peers_by_origin ON peers (origin);

-- What came in from peers; `held` is sealed and goes when it has been kept long enough, the digest stays.
CREATE TABLE peer_messages (
    message_id TEXT PRIMARY KEY NOT NULL,
    peer_id TEXT NOT NULL,
    foreign_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest BLOB NOT NULL,
    held BLOB,
    entry_id TEXT NOT NULL,
    received_us BIGINT NOT NULL
);
CREATE UNIQUE INDEX peer_messages_by_foreign ON peer_messages (foreign_id, peer_id);
CREATE INDEX peer_messages_by_time ON peer_messages (received_us, message_id);

-- The signed answers of peers to what was sent to them, each bound to the request that it answers.
CREATE TABLE peer_receipts (
    message_id TEXT NOT NULL,
    peer_id TEXT NOT NULL,
    evidence BLOB NOT NULL,
    entry_id TEXT NOT NULL,
    received_us BIGINT NOT NULL,
    PRIMARY KEY (message_id, peer_id)
);

-- Where order, payment and waybill contradict each other; a finding that no longer holds is cleared, not deleted.
CREATE TABLE match_findings (
    order_id TEXT NOT NULL,
    code TEXT NOT NULL,
    place TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    document BLOB NOT NULL,
    found_us BIGINT NOT NULL,
    cleared_us BIGINT,
    PRIMARY KEY (order_id, code, place)
);
CREATE INDEX match_findings_open ON match_findings (found_us, order_id, code, place) WHERE cleared_us IS NULL;
