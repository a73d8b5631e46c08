-- Who somebody is at an OpenID Connect provider, and the sign-ins there that have begun.
CREATE TABLE people_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    person_id TEXT NOT NULL,
    linked_us BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX people_identities_by_person ON people_identities (person_id);

-- Only the digest of what the browser keeps; `person_id` when somebody who is signed in wants to be known by it.
CREATE TABLE identity_requests (
    digest BLOB PRIMARY KEY NOT NULL,
    person_id TEXT,
    onward TEXT NOT NULL,
    expires_us BIGINT NOT NULL
);
