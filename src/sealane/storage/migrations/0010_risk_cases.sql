-- Review work: one case for each decision that asked for a person, and one for each chargeback. Money in euro cents.
CREATE TABLE risk_case (
    case_id TEXT PRIMARY KEY NOT NULL,
    order_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    stage TEXT NOT NULL,
    decision_id TEXT, -- null for a chargeback, which judges the order and not a question
    score DOUBLE PRECISION NOT NULL,
    amount_eur BIGINT NOT NULL,
    at_risk_eur BIGINT NOT NULL,
    opened_us BIGINT NOT NULL,
    due_us BIGINT NOT NULL,
    state TEXT NOT NULL, -- open, proposed (waits for a second person), closed
    claimed_by TEXT,
    claimed_until_us BIGINT,
    assigned_to TEXT,
    verdict TEXT, -- fraud or genuine, as proposed or closed
    judged_by TEXT,
    closed_us BIGINT,
    settles_us BIGINT -- until then a closing can be undone; null once the verdict is recorded
);
CREATE INDEX risk_case_by_order ON risk_case (order_id);
CREATE INDEX risk_case_by_due ON risk_case (due_us, case_id) WHERE state <> 'closed';
CREATE INDEX risk_case_by_risk ON risk_case (at_risk_eur, case_id) WHERE state <> 'closed';
CREATE INDEX risk_case_unsettled ON risk_case (settles_us) WHERE settles_us IS NOT NULL;

-- What people did with a case, in order; `body` is a note in the words of the reviewer.
CREATE TABLE risk_case_act (
    number INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    at_us BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    body TEXT
);
CREATE INDEX risk_case_act_by_case ON risk_case_act (case_id, number);

-- Rule sets on their way: proposed by one person, published by another; the newest published one rules.
CREATE TABLE risk_ruleset (
    number INTEGER PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE, -- the text is in risk_text
    version TEXT NOT NULL,
    author TEXT NOT NULL,
    proposed_us BIGINT NOT NULL,
    approver TEXT,
    published_us BIGINT
);
CREATE INDEX risk_ruleset_published ON risk_ruleset (published_us) WHERE published_us IS NOT NULL;

-- Named lists that rules can ask for; a value is a blinded link, or a plain code such as a country or an issuer range.
CREATE TABLE risk_list (
    name TEXT PRIMARY KEY NOT NULL,
    field TEXT NOT NULL,
    created_us BIGINT NOT NULL,
    author TEXT NOT NULL
);
CREATE TABLE risk_list_entry (
    name TEXT NOT NULL,
    value BLOB NOT NULL,
    added_us BIGINT NOT NULL,
    expires_us BIGINT,
    author TEXT NOT NULL,
    note TEXT,
    PRIMARY KEY (name, value)
);

-- One rule kept from counting for one card, address, account ... until an end date.
CREATE TABLE risk_snooze (
    rule TEXT NOT NULL,
    field TEXT NOT NULL,
    value BLOB NOT NULL,
    until_us BIGINT NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (rule, field, value)
);
