-- How far the outbox has gone to each topic.
CREATE TABLE stream_sent (
    topic TEXT PRIMARY KEY NOT NULL,
    number BIGINT NOT NULL
);
