-- Grading: published grades with what was seen, authorised scripts, watched pages and their changes, appeals, profiles.

CREATE TABLE grading_grade (
    grade_id TEXT PRIMARY KEY NOT NULL,
    party_id TEXT NOT NULL,
    graded_us BIGINT NOT NULL,
    grade TEXT NOT NULL,
    entry_id TEXT NOT NULL,
    body BLOB NOT NULL,
    scan BLOB NOT NULL
);
CREATE INDEX grading_grade_by_party ON grading_grade (party_id, graded_us);

-- One row for each authorisation; a newer one of the same name takes the place of an older one.
CREATE TABLE grading_script (
    party_id TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    justification TEXT NOT NULL,
    authorised_by TEXT NOT NULL,
    authorised_us BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    ended_us BIGINT
);
CREATE INDEX grading_script_by_party ON grading_script (party_id, name);

CREATE TABLE grading_watch (
    party_id TEXT PRIMARY KEY NOT NULL,
    terms BLOB NOT NULL,
    since_us BIGINT NOT NULL,
    looked_us BIGINT NOT NULL, -- the last time that the page was read; 0: never
    next_us BIGINT NOT NULL,
    baseline BLOB, -- the scan that the next one is compared with
    unauthorised_us BIGINT, -- since when a script runs that nobody authorised
    fault TEXT NOT NULL
);
CREATE INDEX grading_watch_by_next ON grading_watch (next_us);

CREATE TABLE grading_change (
    number INTEGER PRIMARY KEY,
    party_id TEXT NOT NULL,
    found_us BIGINT NOT NULL,
    entry_id TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX grading_change_by_party ON grading_change (party_id, number);

CREATE TABLE grading_appeal (
    appeal_id TEXT PRIMARY KEY NOT NULL,
    party_id TEXT NOT NULL,
    opened_us BIGINT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX grading_appeal_by_party ON grading_appeal (party_id, opened_us);

CREATE TABLE grading_profile (
    party_id TEXT PRIMARY KEY NOT NULL,
    body BLOB NOT NULL
);
