"""The series: named runs of facts that signals count."""

from sealane.model.event import EVENT_KINDS
from sealane.risk.facts import FactKind
from sealane.risk.signals.declaration import Condition, Series

__all__ = ["MOVEMENTS", "SERIES"]

MOVEMENTS: tuple[FactKind, ...] = (
    "consignment.handed_over",
    "consignment.export_departed",
    "consignment.customs_held",
    "consignment.customs_released",
    "consignment.arrived",
    "consignment.out_for_delivery",
    "consignment.delivery_attempted",
    "consignment.delivered",
    "consignment.returned",
)
"""Scans that can only come after the goods are in the carrier's hands."""

SMALL_EUR = 500

_ALL = (
    Series("events", "everything known of an order", ("order", *EVENT_KINDS)),
    Series("orders", "orders placed", ("order",)),
    Series("valued_orders", "orders of known value", ("order",), (Condition("amount_eur", "known"),)),
    Series("small_orders", "orders under 5 euro", ("order",), (Condition("amount_eur", "below", SMALL_EUR),)),
    Series(
        "attempts", "declined payment attempts", ("order", "payment.failed_attempt"), (Condition("failed", "above", 0),)
    ),
    Series("cod_orders", "orders paid on delivery", ("order",), (Condition("method", "is", "cash_on_delivery"),)),
    Series("issued", "orders with a card whose country was told", ("order",), (Condition("card_country", "known"),)),
    Series("captures", "captured payments", ("payment.captured",)),
    Series("refunds", "refunds", ("payment.refunded",)),
    Series(
        "frauds",
        "orders charged back or found to be fraud",
        ("payment.chargeback", "verdict.recorded"),
        (Condition("verdict", "is", "fraud"),),
    ),
    Series("changes", "changes of account data", ("account.changed",)),
    Series("labels", "labels made", ("consignment.label_created",)),
    Series("waybills", "orders and labels that name a tracking number", ("order", "consignment.label_created")),
    Series("handovers", "hand-overs to the carrier", ("consignment.handed_over",)),
    Series("movements", "carrier scans", MOVEMENTS),
    Series("located", "carrier scans that tell where", MOVEMENTS, (Condition("event_point", "known"),)),
    Series("customs_holds", "holds at customs", ("consignment.customs_held",)),
    Series("attempted", "failed delivery attempts", ("consignment.delivery_attempted",)),
    Series("deliveries", "deliveries", ("consignment.delivered",)),
    Series("returns", "returned consignments", ("consignment.returned",)),
    Series("ends", "hand-overs to the carrier and returns", ("consignment.handed_over", "consignment.returned")),
    Series(
        "refusals",
        "cash-on-delivery consignments that came back",
        ("consignment.returned",),
        (Condition("method", "is", "cash_on_delivery"),),
    ),
    Series("reroutes", "requests to deliver elsewhere", ("consignment.reroute_requested",)),
    Series("payouts", "payouts asked", ("payout.requested",)),
    Series("claims", "claims", ("claim.opened",)),
    Series("not_received", "claims of non-delivery", ("claim.opened",), (Condition("claim", "is", "not_received"),)),
)

SERIES: dict[str, Series] = {series.name: series for series in _ALL}
