-- Several servers on one database: what one of them has to tell the others.

INSERT INTO meta (name, value) VALUES ('news_us', 0);

-- Who leads: does what only one may do at a time. A new leader has the next epoch, so an old one is told apart.
CREATE TABLE lead (
    one INTEGER NOT NULL UNIQUE,
    epoch BIGINT NOT NULL,
    holder TEXT NOT NULL,
    until_us BIGINT NOT NULL
);
INSERT INTO lead VALUES (1, 0, '', 0);

-- The servers that were seen lately.
CREATE TABLE replicas (
    name TEXT PRIMARY KEY NOT NULL,
    seen_us BIGINT NOT NULL
);

-- The newest checkpoint of the log, signed by the leader; the others publish this one and none of their own.
CREATE TABLE log_head (
    epoch BIGINT NOT NULL,
    size BIGINT NOT NULL,
    note BLOB NOT NULL
);
