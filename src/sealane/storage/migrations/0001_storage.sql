-- The shelves: what every room shares. Times are microseconds since 1970, UTC; documents are msgpack.

CREATE TABLE meta (
    name TEXT PRIMARY KEY NOT NULL,
    value BIGINT NOT NULL
);
INSERT INTO meta (name, value) VALUES ('last_us', 0);

CREATE TABLE parties (
    party_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    document BLOB NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX parties_by_name ON parties (name);

CREATE TABLE api_keys (
    digest BLOB PRIMARY KEY NOT NULL,
    party_id TEXT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX api_keys_by_party ON api_keys (party_id);

CREATE TABLE orders (
    order_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    document BLOB NOT NULL
);
CREATE UNIQUE INDEX orders_by_id ON orders (order_id);
CREATE UNIQUE INDEX orders_by_reference ON orders (reference, merchant_id);

CREATE TABLE consignments (
    consignment_id TEXT PRIMARY KEY NOT NULL,
    order_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    tracking_number TEXT
) WITHOUT ROWID;
CREATE INDEX consignments_by_tracking_number ON consignments (tracking_number) WHERE tracking_number IS NOT NULL;

CREATE TABLE events (
    event_id TEXT NOT NULL,
    source TEXT NOT NULL,
    source_event_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    observed_us BIGINT NOT NULL,
    document BLOB NOT NULL
);
CREATE UNIQUE INDEX events_by_source ON events (source_event_id, source);
CREATE INDEX events_by_order ON events (order_id, observed_us);

-- The order book as lists show it: one line per order with its latest decision, kept in the order of observation.
-- Approved orders are most of all orders, so the index by outcome leaves them out: a list of them needs none.
CREATE TABLE order_lines (
    observed_us BIGINT NOT NULL,
    order_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    placed_us BIGINT NOT NULL,
    amount_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    from_country TEXT NOT NULL,
    to_country TEXT NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    decided_us BIGINT NOT NULL,
    PRIMARY KEY (observed_us, order_id)
) WITHOUT ROWID;
CREATE INDEX order_lines_by_merchant ON order_lines (merchant_id, observed_us, order_id);
CREATE INDEX order_lines_by_stage ON order_lines (stage, observed_us, order_id);
CREATE INDEX order_lines_by_lane ON order_lines (to_country, from_country, observed_us, order_id);
CREATE INDEX order_lines_stopped ON order_lines (outcome, observed_us, order_id) WHERE outcome <> 'approve';

-- Running counts of order_lines per day (UTC days since 1970), so that an overview never counts a million rows.
CREATE TABLE order_totals (
    day INTEGER NOT NULL,
    merchant_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    outcome TEXT NOT NULL,
    orders BIGINT NOT NULL,
    PRIMARY KEY (day, merchant_id, stage, outcome)
) WITHOUT ROWID;

CREATE TABLE lane_totals (
    day INTEGER NOT NULL,
    from_country TEXT NOT NULL,
    to_country TEXT NOT NULL,
    outcome TEXT NOT NULL,
    orders BIGINT NOT NULL,
    PRIMARY KEY (day, from_country, to_country, outcome)
) WITHOUT ROWID;

-- Answers that were given under a name the caller chose; `slot` is a digest of that name.
CREATE TABLE idempotency (
    slot BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX idempotency_by_slot ON idempotency (slot);

-- What is to be told to others, numbered in the order of commits.
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    order_id TEXT NOT NULL,
    body BLOB NOT NULL,
    created_us BIGINT NOT NULL
);
