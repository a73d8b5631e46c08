-- The alliance: a custodian's key halves, what members used of their quota, and the register of tags.

CREATE TABLE alliance_key (
    kind TEXT NOT NULL,
    epoch TEXT NOT NULL,
    kek_version INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    public_key BLOB NOT NULL,
    entry_id TEXT NOT NULL,
    PRIMARY KEY (kind, epoch)
);

CREATE TABLE alliance_use (
    party_id TEXT NOT NULL,
    day INTEGER NOT NULL, -- days since 1970-01-01 UTC
    used BIGINT NOT NULL,
    PRIMARY KEY (party_id, day)
);

CREATE TABLE alliance_report (
    number INTEGER PRIMARY KEY,
    indicator_id TEXT NOT NULL,
    party_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    epoch TEXT NOT NULL,
    tag BLOB NOT NULL,
    reason TEXT NOT NULL,
    severity TEXT NOT NULL,
    reported_us BIGINT NOT NULL,
    expires_us BIGINT NOT NULL,
    ended TEXT -- withdrawn by its reporter, overturned by the register
);
CREATE UNIQUE INDEX alliance_report_by_id ON alliance_report (indicator_id);
CREATE UNIQUE INDEX alliance_report_by_tag ON alliance_report (tag, kind, epoch, party_id);

-- Every change of a tag appends a row; members read what came after the number they have.
CREATE TABLE alliance_change (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    epoch TEXT NOT NULL,
    tag BLOB NOT NULL
);

CREATE TABLE alliance_canary (
    tag BLOB NOT NULL,
    kind TEXT NOT NULL,
    epoch TEXT NOT NULL,
    PRIMARY KEY (tag, kind, epoch)
);
