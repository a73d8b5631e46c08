"""Words of review: how high a risk is called, what each answer means at each stage, and what people did."""

from typing import Literal

from sealane.model.decision import Outcome
from sealane.risk.cases import CaseStage
from sealane.risk.cases.case import Act, Verdict
from sealane.risk.cases.queue import Sorting
from sealane.web.console.wording import STAGES

__all__ = [
    "ACTS",
    "ANSWERS",
    "CASE_STAGES",
    "ENTITIES",
    "FIELDS",
    "LEVELS",
    "PURPOSES",
    "SORTINGS",
    "STATES",
    "VERDICTS",
    "Level",
    "level_of",
]

Level = Literal["low", "elevated", "high"]

LEVELS: dict[Level, str] = {"low": "Low", "elevated": "Elevated", "high": "High"}
CASE_STAGES: dict[CaseStage, str] = dict(STAGES.items()) | {"chargeback": "Chargeback"}
VERDICTS: dict[Verdict, str] = {"genuine": "Genuine", "fraud": "Fraud"}
ANSWERS: dict[CaseStage, tuple[str, str]] = {
    "checkout": ("Accept the order", "Refuse the order"),
    "dispatch": ("Release the parcel", "Cancel the parcel"),
    "reroute": ("Let it go there", "Keep the old address"),
    "payout": ("Pay the seller", "Keep the payout"),
    "claim": ("Pay the claim", "Refuse the claim"),
    "chargeback": ("Contest it", "Accept it"),
}
"""What a reviewer says when the order is genuine, and when it is a fraud."""

SORTINGS: dict[Sorting, str] = {"due": "Due soonest", "risk": "Most money at risk", "opened": "Newest"}
STATES = {"open": "Open", "closed": "Closed"}
ACTS: dict[Act, str] = {
    "opened": "Case opened",
    "claimed": "Claimed",
    "released": "Released",
    "assigned": "Handed to",
    "noted": "Note",
    "proposed": "Verdict proposed",
    "closed": "Closed",
    "undone": "Taken back",
    "settled": "Verdict recorded",
    "overtaken": "Overtaken by what became known",
}
ENTITIES: dict[str, str] = {
    "card": "Card",
    "device": "Device",
    "account": "Account",
    "email": "E-mail",
    "phone": "Phone",
    "address": "Address",
    "pickup_point": "Pick-up point",
    "consignee_phone": "Receiver\N{RIGHT SINGLE QUOTATION MARK}s phone",
    "ip": "IP address",
}
FIELDS: dict[str, str] = {
    "name": "Receiver\N{RIGHT SINGLE QUOTATION MARK}s name",
    "street": "Street",
    "unit": "Flat or unit",
    "postcode": "Postcode",
    "city": "City",
    "region": "Region",
    "phone": "Phone",
    "email": "E-mail",
    "billing_address": "Billing address",
    "origin": "Sender",
    "ip": "IP address",
    "device": "Device",
}
PURPOSES: dict[str, str] = {
    "supervise": "to check this order by hand",
    "dispute": "to settle a dispute about the payment",
    "claim": "to settle a claim about the parcel",
}
_LEVEL_OF: dict[Outcome, Level] = {"approve": "low", "challenge": "elevated", "review": "high", "decline": "high"}


def level_of(outcome_by_score: Outcome) -> Level:
    """Return what a score is called that asks for this outcome."""
    return _LEVEL_OF[outcome_by_score]
