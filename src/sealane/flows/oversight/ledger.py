"""From the order book to the ledger that rates are read from.

An order is a payment of its PSP; a chargeback is a dispute, and a fraud report as well when its reason says so; a
verdict of fraud is a fraud report. Only payments in the reporting currency count: Sealane converts no money for an
official figure, and says how many it left out.
"""

import sqlite3
from collections.abc import Mapping

from sealane.model.codes import EEA
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import orderlist, parties
from sealane.supervision.rates.ledger import Authentication, Geography, Instrument, Ledger, Loss, LossKind, Payment

__all__ = ["collect_ledger"]

_INSTRUMENTS: dict[str, Instrument] = {
    "card": "card",
    "wallet": "wallet",
    "bank_transfer": "transfer",
    "cash_on_delivery": "cash_on_delivery",
    "pay_later": "pay_later",
}
# Visa's condition 10, Mastercard's fraud family; a reason in plain words says it itself.
_FRAUD_REASONS = ("10.", "4837", "4840", "4849", "4863", "4870", "4871", "fraud")
_TESTING_ATTEMPTS = 5
"""Failed attempts from which an authorisation counts as card testing."""
UNKNOWN = "unknown"


def collect_ledger(conn: sqlite3.Connection, from_us: int, to_us: int, currency: str) -> Ledger:
    """Return the payments observed in a span of time and all losses known of them."""
    homes = {party.party_id: party for party in parties.everyone(conn)}
    payments, left_out = {}, 0
    for order in orderlist.scan_orders(conn, from_us, to_us):
        if order.payment.amount.currency == currency:
            payments[order.order_id] = _payment(order, homes)
        else:
            left_out += 1
    losses: list[Loss] = []
    # A loss may be learned long after its payment, and counts by its own date too.
    for event in orderlist.scan_events(conn, from_us, 1 << 62):
        if event.order_id in payments:
            losses += _losses(event, payments[event.order_id])
    return Ledger(tuple(payments.values()), tuple(losses), currency, left_out)


def _payment(order: Order, homes: Mapping[str, Party]) -> Payment:
    paid = order.payment
    merchant = homes.get(order.merchant_id)
    payer = (paid.card.country if paid.card else None) or paid.billing_country
    authentication: Authentication = "sca" if paid.three_ds == "authenticated" else "none"
    return Payment(
        payment_id=order.order_id,
        executed_us=order.placed_us,
        value=paid.amount.amount_minor,
        entity=paid.psp or UNKNOWN,
        merchant=order.merchant_id,
        instrument=_INSTRUMENTS[paid.method],
        is_remote=paid.method != "cash_on_delivery",
        is_card_testing=paid.failed_attempts >= _TESTING_ATTEMPTS,
        authentication=authentication,
        has_3ds=paid.three_ds in {"authenticated", "attempted"},
        geography=_geography(merchant.country if merchant else None, payer),
    )


def _geography(merchant: str | None, payer: str | None) -> Geography:
    if payer is None or merchant == payer:
        return "domestic"
    return "intra-eea" if {merchant, payer} <= EEA else "extra-eea"


def _losses(event: Event, payment: Payment) -> list[Loss]:
    value = event.amount.amount_minor if event.amount else payment.value

    def loss(kind: LossKind, *, is_fraud: bool) -> Loss:
        return Loss(f"{event.event_id}/{kind}", payment.payment_id, kind, event.observed_us, value, is_fraud)

    if event.kind == "verdict.recorded" and event.verdict == "fraud":
        return [loss("fraud", is_fraud=True)]
    if event.kind != "payment.chargeback":
        return []
    is_fraud = (event.reason_code or "").lower().startswith(_FRAUD_REASONS)
    found = [loss("dispute", is_fraud=is_fraud), loss("chargeback", is_fraud=is_fraud)]
    return [*found, loss("fraud", is_fraud=True)] if is_fraud else found
