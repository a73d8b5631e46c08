-- Sign-in to the console: links that work once, and the sessions they open. Only digests are kept.
CREATE TABLE console_link (
    digest BLOB PRIMARY KEY NOT NULL,
    expires_us BIGINT NOT NULL
);

CREATE TABLE console_session (
    digest BLOB PRIMARY KEY NOT NULL,
    created_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    csrf TEXT NOT NULL
);

-- What became known of orders, 'fraud' or 'genuine', beside the few orders of which anything did.
CREATE TABLE order_truths (
    observed_us BIGINT NOT NULL,
    order_id TEXT NOT NULL,
    truth TEXT NOT NULL,
    PRIMARY KEY (observed_us, order_id)
) WITHOUT ROWID;
