-- Disclosure: who may look, who looked, who was refused. Of a grant's id only the digest is kept; `fields` is a bit mask.

CREATE TABLE disclosure_grant (
    digest BLOB PRIMARY KEY NOT NULL,
    reference TEXT NOT NULL,
    order_id TEXT NOT NULL,
    consignment_id TEXT,
    subject_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    purpose TEXT NOT NULL,
    leg TEXT,
    fields BIGINT NOT NULL,
    is_waiting INTEGER NOT NULL, -- 1: opens with an event of its leg, and not before
    not_before_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    max_uses INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    created_us BIGINT NOT NULL,
    revoked_us BIGINT,
    revoked_because TEXT
);
CREATE UNIQUE INDEX disclosure_grant_by_reference ON disclosure_grant (reference);
CREATE INDEX disclosure_grant_by_order ON disclosure_grant (order_id);
CREATE INDEX disclosure_grant_by_time ON disclosure_grant (created_us);

-- One row for each release; `document` is msgpack and holds no value, only which fields went out in which form.
CREATE TABLE disclosure_release (
    disclosure_id TEXT PRIMARY KEY NOT NULL,
    subject_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    released_us BIGINT NOT NULL,
    document BLOB NOT NULL
);
CREATE INDEX disclosure_release_by_subject ON disclosure_release (subject_id, released_us, disclosure_id);
CREATE INDEX disclosure_release_by_order ON disclosure_release (order_id, released_us);

CREATE TABLE disclosure_attempt (
    attempted_us BIGINT NOT NULL,
    reference TEXT NOT NULL,
    order_id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    code TEXT NOT NULL
);
CREATE INDEX disclosure_attempt_by_time ON disclosure_attempt (attempted_us);

-- The orders of each shopper, so that an access request finds them all.
CREATE TABLE disclosure_subject (
    subject_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    PRIMARY KEY (subject_id, order_id)
) WITHOUT ROWID;

-- Shoppers who do not exist: whoever looks at one of them has no business there.
CREATE TABLE disclosure_canary (
    subject_id TEXT PRIMARY KEY NOT NULL,
    marked_us BIGINT NOT NULL
);

-- The opaque number on a parcel, and the grant that it stands for at the destination hub.
CREATE TABLE disclosure_waybill (
    pseudonym TEXT PRIMARY KEY NOT NULL,
    order_id TEXT NOT NULL,
    consignment_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    sort_code TEXT NOT NULL,
    created_us BIGINT NOT NULL
);
CREATE INDEX disclosure_waybill_by_consignment ON disclosure_waybill (consignment_id);
