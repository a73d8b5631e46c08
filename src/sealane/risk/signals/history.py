"""How earlier orders of the same payer, place or phone ended: fraud, claims, refunds, refusals."""

from sealane.model.decision import Side, Stage
from sealane.risk.signals.declaration import Form, Ratio, Unit, Window
from sealane.risk.signals.velocity import ON_GOODS, ORDERED, span

__all__ = ["HISTORY"]

_PLACES = {
    "address": "to this address",
    "pickup_point": "to this pick-up point",
    "consignee_phone": "to this consignee's phone number",
    "postcode": "to this postcode",
}
_ENDED: dict[str, tuple[Unit, str]] = {
    "frauds": ("frauds", "charged back or found to be fraud"),
    "claims": ("claims", "with a claim"),
    "not_received": ("claims", "claimed as not received"),
    "refunds": ("refunds", "refunded"),
    "returns": ("returns", "sent back"),
    "refusals": ("refusals", "to pay on delivery that came back"),
}


def _ended(of: str, width: str, *keys: str, stages: tuple[Stage, ...] = ON_GOODS) -> tuple[Form, ...]:
    """Return how many different orders of each key ended in one way."""
    unit, words = _ENDED[of]
    forms: list[Form] = []
    for key in keys:
        side: Side = "consignment" if key in _PLACES else "payment"
        tie = _PLACES[key] if key in _PLACES else f"placed {ORDERED[key]}"
        forms.append(
            Window(
                name=f"{key}_{of}_{width}",
                side=side,
                unit=unit,
                stages=stages,
                text=f"Orders {tie} {words}, learned in {span(width)}",
                take="distinct",
                of=of,
                by=(key,),
                field="order_id",
                width=width,
            )
        )
    return tuple(forms)


# fmt: off
HISTORY: tuple[Form, ...] = (
    *_ended("frauds", "365d", "account", "card", "email", "phone", "device", "address", "pickup_point"),
    *_ended("frauds", "30d", "ip"),
    *_ended("claims", "180d", "account", "card", "device"),
    *_ended("not_received", "180d", "account", "email", "address"),
    *_ended("not_received", "365d", "card", "device", "consignee_phone", stages=("claim",)),
    *_ended("refunds", "90d", "account", "card"),
    *_ended("returns", "365d", "account", "card", "device", "address", stages=("claim",)),
    *_ended("refusals", "365d", "account", "phone", "address", "consignee_phone", stages=("checkout",)),
    Window(name="postcode_cod_orders_90d", side="consignment", unit="orders", stages=("checkout",),
           text="Consignments to be paid on delivery ordered to this postcode in the last 90 days",
           take="count", of="cod_orders", by=("postcode",), width="90d"),
    *_ended("refusals", "90d", "postcode", stages=("checkout",)),
    Ratio(name="postcode_refusal_share", side="consignment", unit="ratio", stages=("checkout",),
          text="The postcode's refused consignments over those to be paid on delivery in 90 days (from 10 on)",
          over="postcode_refusals_90d", under="postcode_cod_orders_90d", least=10),
    Ratio(name="account_claim_share", side="payment", unit="ratio", stages=ON_GOODS,
          text="This account's orders with a claim in 180 days, over its orders in 365 days (from 3 orders on)",
          over="account_claims_180d", under="account_orders_365d", least=3),
    Ratio(name="account_refund_share", side="payment", unit="ratio", stages=ON_GOODS,
          text="This account's refunded orders in 90 days, over its orders in 365 days (from 3 orders on)",
          over="account_refunds_90d", under="account_orders_365d", least=3),
)
# fmt: on
