"""Disclosure: who may see which field of an order, why and until when; and who did.

    policy = disclosure.policy(now_us)
    verdict = policy.decide(party.roles, Question("deliver", "last-mile"), corridor, mask_of(fields))
    grant = disclosure.issue(tx, terms)                  # for one party, purpose, leg, time and number of uses
    disclosure.use(tx, grant)                            # exactly one caller wins the last use
    released = disclosure.release(tx, statement, entry)  # accounted for, with a signed receipt

Verbs: decide, issue, use, release, revoke, follow. What no cell of the policy gives, nobody gets. Nothing personal is
kept here: rows and receipts say which fields went to whom, never what they held.
"""

from sealane.disclosure.forms import StandIns, area_of, give
from sealane.disclosure.grant import NEVER_US, Grant, refusal_of, standing_of
from sealane.disclosure.policy import (
    FIELDS,
    Audience,
    Cell,
    Field,
    Leg,
    Policy,
    PolicyBook,
    Purpose,
    Question,
    cedar_text,
    compare,
    exposure_of,
    mask_of,
    names_in,
    read_policy,
    shipped_policy,
)
from sealane.disclosure.policy.compiled import Refusal
from sealane.disclosure.policy.forbids import Asker
from sealane.disclosure.receipts import FieldGiven, Receipt, Statement, jwk_of, statement_bytes, verify_receipt
from sealane.disclosure.room import AttemptRow, Disclosure, Move, Released, Terms, WaybillRow, disclosures_of

__all__ = [
    "FIELDS",
    "NEVER_US",
    "Asker",
    "AttemptRow",
    "Audience",
    "Cell",
    "Disclosure",
    "Field",
    "FieldGiven",
    "Grant",
    "Leg",
    "Move",
    "Policy",
    "PolicyBook",
    "Purpose",
    "Question",
    "Receipt",
    "Refusal",
    "Released",
    "StandIns",
    "Statement",
    "Terms",
    "WaybillRow",
    "area_of",
    "cedar_text",
    "compare",
    "disclosures_of",
    "exposure_of",
    "give",
    "jwk_of",
    "mask_of",
    "names_in",
    "read_policy",
    "refusal_of",
    "shipped_policy",
    "standing_of",
    "statement_bytes",
    "verify_receipt",
]
