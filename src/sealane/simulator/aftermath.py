"""The aftermath: what follows an order, in the words of the wire: payments, reroutes, claims, payouts, verdicts."""

from typing import Any

from sealane.simulator.chance import DAY_US, HOUR_US, SECOND_US, Stream
from sealane.simulator.desk import Placed
from sealane.simulator.journey import Trip
from sealane.simulator.purchase import Purchase
from sealane.simulator.realm.places import Pickup, Spot

__all__ = [
    "ask_payout",
    "attempt",
    "authorize",
    "capture",
    "charge_back",
    "claim",
    "judge",
    "proof_of_delivery",
    "refund",
    "reroute",
    "return_goods",
]

_DISPUTE_CODES = {
    "visa": {"fraud": "10.4", "not_received": "13.1", "not_as_described": "13.3"},
    "mastercard": {"fraud": "4837", "not_received": "4853", "not_as_described": "4853"},
    "amex": {"fraud": "F29", "not_received": "C08", "not_as_described": "C31"},
}
_PAID_AT_ONCE = frozenset({"card", "wallet", "pay_later"})


def authorize(placed: Placed, purchase: Purchase, at_us: int, stream: Stream) -> int:
    """Report attempts and authorization; return when the goods may be made ready, in microseconds."""
    attempt(placed, purchase, at_us, stream)
    if purchase.method in _PAID_AT_ONCE:
        done_us = at_us + int(stream.spread(0.8, 25.0) * SECOND_US)
        placed.tell("payment.authorized", done_us, _all_of(purchase))
        return done_us
    if purchase.method == "cash_on_delivery":
        return at_us
    return at_us + stream.pause_us(0.7 * DAY_US, 0.8)


def attempt(placed: Placed, purchase: Purchase, at_us: int, stream: Stream) -> None:
    """Report each failed attempt before the payment; they occurred shortly before the order was placed."""
    for number in range(purchase.failed_attempts):
        before_us = int(stream.spread(8, 70) * SECOND_US) * (purchase.failed_attempts - number)
        code = stream.one_of(("insufficient_funds", "do_not_honor", "incorrect_cvc", "authentication_failed"))
        asked = {"ip": purchase.ip, "device": purchase.device}
        placed.tell(
            "payment.failed_attempt",
            at_us - before_us,
            {"amount": purchase.money(), "reason_code": code, "requested_by": asked},
        )


def capture(placed: Placed, purchase: Purchase, ready_us: int, trip: Trip, stream: Stream) -> None:
    """Report that the money is taken: cash at the door, cards at once or with the label, transfers when they arrive."""
    at_us = ready_us
    if purchase.method == "cash_on_delivery":
        at_us = trip.delivered_us + stream.pause_us(6 * HOUR_US)
    elif purchase.method in _PAID_AT_ONCE and stream.happens(0.5):
        at_us = trip.label_us + int(stream.spread(-0.5, 3.0) * HOUR_US)
    placed.tell("payment.captured", max(at_us, ready_us) + int(stream.spread(0.3, 5.0) * SECOND_US), _all_of(purchase))


def _all_of(purchase: Purchase) -> dict[str, Any]:
    return {"amount": purchase.money()}


def refund(placed: Placed, purchase: Purchase, at_us: int, minor: int | None = None) -> None:
    """Report a refund, whole unless told."""
    placed.tell("payment.refunded", at_us, {"amount": purchase.money(minor)})


def charge_back(placed: Placed, purchase: Purchase, at_us: int, reason: str) -> None:
    """Report a chargeback; `reason` is fraud, not_received or not_as_described."""
    brand = purchase.card.brand if purchase.card else "visa"
    code = _DISPUTE_CODES[brand][reason]
    placed.tell("payment.chargeback", at_us, {"amount": purchase.money(), "reason_code": code})


def judge(placed: Placed, at_us: int, verdict: str) -> None:
    """Report what people found out: fraud or genuine."""
    placed.tell("verdict.recorded", at_us, {"verdict": verdict})


def reroute(placed: Placed, at_us: int, target: Spot | Pickup, name: str, asked: dict[str, Any]) -> None:
    """Report the wish to send the parcel elsewhere."""
    if isinstance(target, Pickup):
        moved: dict[str, Any] = {"pickup_point": target.told()}
    else:
        moved = {"new_address": target.address(name)}
    placed.tell("consignment.reroute_requested", at_us, {**moved, "requested_by": asked})


def claim(placed: Placed, purchase: Purchase, at_us: int, kind: str, asked: dict[str, Any]) -> None:
    """Report a claim: not_received, not_as_described, return or refund."""
    placed.tell("claim.opened", at_us, {"claim": kind, "amount": purchase.money(), "requested_by": asked})


def return_goods(placed: Placed, at_us: int, where: dict[str, Any], grams: int, reason: str) -> None:
    """Report that a parcel came back to its sender."""
    attributes = {"location": where, "weight_grams": max(15, grams), "reason_code": reason}
    placed.tell("consignment.returned", at_us, attributes)


def ask_payout(placed: Placed, purchase: Purchase, at_us: int, stream: Stream) -> None:
    """Report that the seller asks for the money, less what the marketplace keeps."""
    kept = stream.one_of((0.06, 0.08, 0.1, 0.12, 0.15))
    placed.tell("payout.requested", at_us, {"amount": purchase.money(int(purchase.amount_minor * (1 - kept)))})


def proof_of_delivery(stream: Stream, *, signature: float = 0.42, photo: float = 0.4) -> dict[str, Any]:
    """Return what proves a delivery: a signature, a photo, both or nothing."""
    proof: dict[str, Any] = {}
    if stream.happens(signature):
        proof["signature"] = True
    if stream.happens(photo):
        proof["photo"] = True
    return proof
