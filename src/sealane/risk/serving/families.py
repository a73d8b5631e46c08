"""Families: about two dozen reasons in which a model's signals are told, because nobody reads two hundred.

Every signal belongs to the first family whose pattern fits the beginning of its name. The weight of a family is the
sum of its signals' parts, so families and base add up as the parts do.
"""

import re
from functools import cache
from math import fsum

from sealane.model.decision import Reason, Side
from sealane.risk.serving.served import Parts

__all__ = ["REASONS", "family_of", "grouped", "reasons_of"]

_FAMILIES: tuple[tuple[str, Side, str, str], ...] = (
    ("model_lists", "joint", "What lists and other members say of this order.", r"on_lists|snoozed|alliance"),
    ("model_match", "joint", "Where order, payment and waybill contradict each other.", r"mismatch"),
    ("model_waybill", "joint", "What carriers scanned of this tracking number, and whether other orders name it.",
     r"scan|since_first_scan|other_orders_of|labels_of|order_events|dispatch_delay|since_label|is_handed|handover_"),
    ("model_returned", "consignment", "What came back, when, and what it weighed.",
     r"returned_|sent_point|is_returned|since_return|.*_returns_"),
    ("model_weight", "joint", "The weight against what was ordered.",
     r"handed_over_|label_weight|weight_grams|grams_per|delivered_grams"),
    ("model_customs", "consignment", "The value declared to customs.",
     r"declared|address_declared|goods_to|is_held_by"),
    ("model_requester", "joint", "Who asked to deliver elsewhere.", r"requester_|requested_via"),
    ("model_new_place", "joint", "The place that the consignment is to go to instead.",
     r"new_|ordered_point|goes_to_pickup|shoppers_per_new|reroutes_"),
    ("model_delivery", "consignment", "How and where it was delivered.",
     r"deliver|is_delivered|since_delivery|address_deliveries"),
    ("model_courier", "consignment", "What is claimed of this courier and depot.", r"courier_|depot_"),
    ("model_claim", "joint", "What is claimed, and when.",
     r"claim$|order_claims|since_order|account_claims_at"),
    ("model_refunds", "payment", "Refunds so far.", r"order_refund|refunded_|.*_refunds?_"),
    ("model_past_frauds", "payment", "Frauds known of this payer, place or order.", r"(?!merchant).*_frauds_"),
    ("model_past_claims", "payment", "Claims known of this payer or place.",
     r"(?!merchant).*(_claims?_|_not_received)"),
    ("model_refusals", "payment", "Parcels to pay on delivery that came back.", r".*(_refusals?_|_cod_)"),
    ("model_moving", "joint", "Whether what this seller is paid for also moves.",
     r"merchant_(grams|captured|labels|handover|deliver|payouts_30d)"),
    ("model_seller", "payment", "Who sells, for how long and how it ended.", r"merchant_"),
    ("model_payout", "payment", "The payout asked.", r"payout_|is_captured"),
    ("model_attempts", "payment", "Declined attempts to pay.", r".*failed|cards_declined|.*small_orders"),
    ("model_checks", "payment", "What the issuer and the scheme checked.", r"avs|cvc|three_ds|eci|card_funding|method"),
    ("model_countries", "joint", "Countries that do not agree.",
     r".*country|crosses_border"),
    ("model_names", "joint", "Whether payer and consignee are alike.", r".*_match|email_kind|email_resembles|.*suite"),
    ("model_familiar", "payment", "How well this account, card and device are known.",
     r".*_seen_for|.*_new_to_|account_age|account_changes|since_account_change|shopper_new"),
    ("model_links", "joint", "How many payers, cards and places are linked.",
     r"(cards|shoppers|names|addresses|devices|consignees)_per|other_cards"),
    ("model_place", "consignment", "What was sent to this place lately.",
     r"address_|pickup_point_|consignee_phone|uses_pickup"),
    ("model_basket", "joint", "The amount and the goods.", r"amount|.*_mean_amount|item_count|parcel_count|channel"),
    ("model_velocity", "payment", "How often the payer's means were used lately.", r".*_(orders|spend)_"),
)  # fmt: skip

_PATTERNS = tuple((code, re.compile(pattern)) for code, _, _, pattern in _FAMILIES)
REASONS: dict[str, Reason] = {code: Reason(code, text, side, 0.0) for code, side, text, _ in _FAMILIES}
"""The reasons of models by their codes, without a weight."""

Shares = tuple[tuple[str, float], ...]


@cache
def family_of(signal: str) -> str:
    """Return the code of the family that a signal belongs to; one that no pattern knows is among the last."""
    return next((code for code, pattern in _PATTERNS if pattern.match(signal)), _FAMILIES[-1][0])


def grouped(parts: Parts) -> list[tuple[Reason, Shares]]:
    """Return the families with weight, heaviest first, each with its signals, the strongest first."""
    found: dict[str, list[tuple[str, float]]] = {}
    for signal, share in parts.signals:
        found.setdefault(family_of(signal), []).append((signal, share))
    made = []
    for code, shares in found.items():
        known = REASONS[code]
        weight = fsum(share for _, share in shares)
        ranked = sorted(shares, key=lambda each: (-abs(each[1]), each[0]))
        made.append((Reason(code, known.text, known.side, weight), tuple(ranked)))
    return sorted(made, key=lambda each: (-each[0].weight, each[0].code))


def reasons_of(parts: Parts) -> list[Reason]:
    """Return the reasons of a decision, heaviest first."""
    return [reason for reason, _ in grouped(parts)]
