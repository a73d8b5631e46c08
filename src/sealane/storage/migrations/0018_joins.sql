-- What opens the log's entries about orders of erased shoppers: gone with them from now on, and for those of before.
DELETE FROM log_opening WHERE order_id IN (
    SELECT order_id FROM disclosure_subject WHERE subject_id IN (SELECT subject_id FROM vault_tombstone)
);

-- Reroutes that were asked for, and what became of each; only an approved one says where a consignment goes. The
-- consignment is '' when all of the order are meant. `fields` names what the sealed record holds of the new place.
CREATE TABLE disclosure_move (
    order_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    consignment_id TEXT NOT NULL,
    record_id TEXT NOT NULL,
    decision_id TEXT NOT NULL,
    country TEXT NOT NULL,
    fields TEXT NOT NULL,
    outcome TEXT NOT NULL,
    asked_us BIGINT NOT NULL,
    PRIMARY KEY (order_id, event_id)
) WITHOUT ROWID;
CREATE INDEX disclosure_move_by_decision ON disclosure_move (decision_id);

-- What the alliance says of each order that it was asked about, and up to which fact it was asked.
CREATE TABLE risk_report (
    order_id TEXT PRIMARY KEY NOT NULL,
    members INTEGER NOT NULL,
    kinds TEXT NOT NULL,
    asked_us BIGINT NOT NULL
) WITHOUT ROWID;
CREATE TABLE risk_report_until (
    id INTEGER PRIMARY KEY,
    seq BIGINT NOT NULL
);

-- The payment provider's own name for an order's payment: its messages often carry no other.
CREATE TABLE order_payments (
    psp_reference TEXT NOT NULL,
    order_id TEXT NOT NULL,
    merchant_id TEXT NOT NULL,
    PRIMARY KEY (psp_reference, order_id)
) WITHOUT ROWID;
