-- Controls, incidents, market releases: what supervision keeps beside the log. Documents are msgpack.

CREATE TABLE control_run (
    run_id TEXT PRIMARY KEY NOT NULL,
    ran_us BIGINT NOT NULL,
    at_us BIGINT NOT NULL, -- the moment judged, earlier than ran_us in a replay
    entry_id TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX control_run_by_time ON control_run (ran_us);

-- What people signed for controls that software cannot answer; the newest of a control counts.
CREATE TABLE control_attestation (
    attestation_id TEXT PRIMARY KEY NOT NULL,
    made_us BIGINT NOT NULL,
    body BLOB NOT NULL
);

CREATE TABLE incident (
    incident_id TEXT PRIMARY KEY NOT NULL,
    party_id TEXT NOT NULL,
    opened_us BIGINT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX incident_by_party ON incident (party_id, opened_us);

-- Published market tables: one a period, and the privacy budget that each spent, in millionths of rho.
CREATE TABLE market_release (
    period TEXT PRIMARY KEY NOT NULL,
    year INTEGER NOT NULL,
    rho_micro BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    body BLOB NOT NULL
);
