-- People who sign in to the console, what they may do there, and the passkeys they prove themselves with.
CREATE TABLE people (
    person_id TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    roles TEXT NOT NULL, -- words with a blank between them
    added_us BIGINT NOT NULL,
    added_by TEXT NOT NULL,
    left_us BIGINT
);
-- Whoever holds the operator's key; the console begins with this one.
INSERT INTO people (person_id, name, roles, added_us, added_by, left_us)
VALUES ('operator', 'Operator', 'operator', 0, 'operator', NULL);

CREATE TABLE passkeys (
    credential BLOB PRIMARY KEY NOT NULL,
    person_id TEXT NOT NULL,
    jwk TEXT NOT NULL,
    host TEXT NOT NULL, -- the name it is good for (the relying party id)
    uses BIGINT NOT NULL, -- the authenticator's own counter; 0 where it has none
    made_us BIGINT NOT NULL,
    used_us BIGINT
);
CREATE INDEX passkeys_by_person ON passkeys (person_id);

-- Challenges that wait for an answer; only digests are kept. Without a person, one to sign in.
CREATE TABLE passkey_challenges (
    digest BLOB PRIMARY KEY NOT NULL,
    person_id TEXT,
    expires_us BIGINT NOT NULL
);

ALTER TABLE console_link ADD COLUMN person_id TEXT NOT NULL DEFAULT 'operator';
ALTER TABLE console_session ADD COLUMN person_id TEXT NOT NULL DEFAULT 'operator';
