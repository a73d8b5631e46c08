-- Trained models by the hash that decision records name: the gzip-compressed document, kept for as long as decisions are.
CREATE TABLE risk_model (
    hash TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    added_us BIGINT NOT NULL,
    body BLOB NOT NULL
);

-- What a challenger would have said where another model or the scorecard decided.
CREATE TABLE risk_challenge (
    number INTEGER PRIMARY KEY,
    decision_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    model TEXT NOT NULL, -- the challenger's hash
    score DOUBLE PRECISION NOT NULL,
    outcome TEXT NOT NULL,
    champion_score DOUBLE PRECISION NOT NULL,
    champion_outcome TEXT NOT NULL
);
CREATE INDEX risk_challenge_by_order ON risk_challenge (order_id);
