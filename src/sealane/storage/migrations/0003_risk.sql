-- Risk: facts, decisions made from them, the texts that ruled, and what a restart reads instead of all facts.

-- One row for each thing observed, numbered in the order it was learned; never changed. `heads` names, for each of the
-- fact's keys (its card, its address, ...), the fact that was the last before it.
CREATE TABLE risk_fact (
    seq INTEGER PRIMARY KEY,
    observed_us BIGINT NOT NULL,
    heads BLOB NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE risk_decision (
    number INTEGER PRIMARY KEY,
    decision_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE UNIQUE INDEX risk_decision_by_id ON risk_decision (decision_id);
CREATE INDEX risk_decision_by_order ON risk_decision (order_id);

-- Catalogues, rule sets, scorecards and thresholds by the hash that decision records name.
CREATE TABLE risk_text (
    hash TEXT PRIMARY KEY NOT NULL,
    body TEXT NOT NULL
);

-- Cells of history by key, a slice at a time; a later segment's cell replaces an earlier one's. `layout` names their shape.
CREATE TABLE risk_segment (
    segment_id INTEGER PRIMARY KEY,
    layout TEXT NOT NULL,
    body BLOB NOT NULL
);

-- When a round of segments was complete: facts up to `applied_seq` are all in segments up to `segment_id`.
CREATE TABLE risk_mark (
    mark_id INTEGER PRIMARY KEY,
    layout TEXT NOT NULL,
    segment_id BIGINT NOT NULL,
    applied_seq BIGINT NOT NULL
);
