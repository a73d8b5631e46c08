"""Who sells: how long known, how their orders end, and whether what is paid for also moves."""

from sealane.model.decision import Stage
from sealane.risk.signals.declaration import Form, Ratio, Since, Value, Window

__all__ = ["MERCHANT"]

KNOWN: tuple[Stage, ...] = ("checkout", "dispatch", "payout", "claim")
PAYOUT: tuple[Stage, ...] = ("payout",)

# fmt: off
MERCHANT: tuple[Form, ...] = (
    Since(name="merchant_seen_for", side="payment", unit="duration", stages=KNOWN, worst="low",
          text="Time since the merchant's first order here", of="orders", by=("merchant",), take="first"),
    Window(name="merchant_orders_90d", side="payment", unit="orders", stages=KNOWN,
           text="Orders of this merchant in the last 90 days",
           take="count", of="orders", by=("merchant",), width="90d"),
    Window(name="merchant_frauds_90d", side="payment", unit="frauds", stages=KNOWN,
           text="Orders of this merchant charged back or found to be fraud, learned in the last 90 days",
           take="distinct", of="frauds", by=("merchant",), field="order_id", width="90d"),
    Ratio(name="merchant_fraud_share", side="payment", unit="ratio", stages=KNOWN,
          text="The merchant's fraud orders over its orders in 90 days (from 50 orders on)",
          over="merchant_frauds_90d", under="merchant_orders_90d", least=50),
    Window(name="merchant_not_received_90d", side="joint", unit="claims", stages=("payout", "claim"),
           text="Orders of this merchant claimed as not received in the last 90 days",
           take="distinct", of="not_received", by=("merchant",), field="order_id", width="90d"),
    Ratio(name="merchant_not_received_share", side="joint", unit="ratio", stages=("payout", "claim"),
          text="The merchant's orders claimed as not received over its orders in 90 days (from 50 orders on)",
          over="merchant_not_received_90d", under="merchant_orders_90d", least=50),
    Window(name="merchant_refunds_90d", side="payment", unit="refunds", stages=PAYOUT,
           text="Orders of this merchant refunded in the last 90 days",
           take="distinct", of="refunds", by=("merchant",), field="order_id", width="90d"),
    Ratio(name="merchant_refund_share", side="payment", unit="ratio", stages=PAYOUT,
          text="The merchant's refunded orders over its orders in 90 days (from 50 orders on)",
          over="merchant_refunds_90d", under="merchant_orders_90d", least=50),
    Window(name="merchant_orders_7d", side="payment", unit="orders", stages=PAYOUT,
           text="Orders of this merchant in the last 7 days",
           take="count", of="orders", by=("merchant",), width="7d"),
    Ratio(name="merchant_recent_share", side="payment", unit="ratio", stages=PAYOUT,
          text="The merchant's orders in 7 days over those in 90 days (from 50 on): high after a sudden jump",
          over="merchant_orders_7d", under="merchant_orders_90d", least=50),
    Window(name="merchant_payouts_7d", side="payment", unit="payouts", stages=PAYOUT,
           text="Payouts this merchant asked for in the last 7 days",
           take="count", of="payouts", by=("merchant",), width="7d"),
    Window(name="merchant_labels_30d", side="consignment", unit="labels", stages=KNOWN,
           text="Labels this merchant made in the last 30 days",
           take="count", of="labels", by=("merchant",), width="30d"),
    Window(name="merchant_handovers_30d", side="consignment", unit="hand-overs", stages=KNOWN,
           text="Consignments of this merchant handed to a carrier in the last 30 days",
           take="count", of="handovers", by=("merchant",), width="30d"),
    Ratio(name="merchant_handover_share", side="consignment", unit="ratio", stages=KNOWN, worst="low",
          text="The merchant's hand-overs over its labels in 30 days (from 20 labels on): low when labels stay idle",
          over="merchant_handovers_30d", under="merchant_labels_30d", least=20),
    Window(name="order_refunds_365d", side="payment", unit="refunds", stages=("dispatch", "payout", "claim"),
           text="Refunds of this order", take="count", of="refunds", by=("order_id",), width="365d"),
    Window(name="order_refunded_365d", side="payment", unit="EUR cents", stages=("payout", "claim"),
           text="Amount of this order refunded so far",
           take="sum", of="refunds", by=("order_id",), field="event_eur", width="365d"),
    Ratio(name="refunded_share", side="payment", unit="ratio", stages=("payout", "claim"),
          text="The refunded part of the order's value", over="order_refunded_365d", under="amount_eur"),
    Window(name="order_frauds_365d", side="payment", unit="events", stages=("dispatch", "reroute", "payout", "claim"),
           text="Chargebacks and fraud verdicts on this order",
           take="count", of="frauds", by=("order_id",), width="365d"),
    Window(name="order_claims_365d", side="joint", unit="claims", stages=("payout", "claim"),
           text="Claims on this order so far", take="count", of="claims", by=("order_id",), width="365d"),
    Value(name="payout_amount", side="payment", unit="EUR cents", stages=PAYOUT, field="event_eur",
          text="The payout asked, at reference rates"),
    Ratio(name="payout_to_amount", side="payment", unit="ratio", stages=PAYOUT,
          text="The payout asked over the order's value", over="event_eur", under="amount_eur"),
)
# fmt: on
