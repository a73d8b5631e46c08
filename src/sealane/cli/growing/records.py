"""The columns of the archive: orders, consignments, events and decisions as rows, without a personal value.

A person stands there as a token of the vault (`subject_id`); what was typed in stands as a link, 32 hexadecimal digits
of a keyed hash: equal values give equal links, and nobody without the key can guess back. References, tracking numbers,
places and goods in words stay out.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from sealane.model.clock import from_micros
from sealane.model.decision import Decision
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits, EventSeal, OrderLinks, OrderTraits

__all__ = ["COLUMNS", "consignments_of", "decision_of", "event_of", "order_of"]

_ORDER_LINKS = OrderLinks.__struct_fields__
_PARCEL_LINKS = ConsignmentLinks.__struct_fields__
_SEAL_TRAITS = ("has_suite_code", "phone_country")
_EVENT_LINKS = tuple(name for name in EventSeal.__struct_fields__ if name not in {"record_id", *_SEAL_TRAITS})
_TEXT_TRAITS = frozenset({"email_kind", "phone_country"})


def _texts(*names: str) -> dict[str, str]:
    return dict.fromkeys(names, "text")


def _links(names: tuple[str, ...]) -> dict[str, str]:
    return _texts(*(f"link_{name}" for name in names))


def _traits(names: tuple[str, ...]) -> dict[str, str]:
    return {f"trait_{name}": "text" if name in _TEXT_TRAITS else "flag" for name in names}


COLUMNS: dict[str, dict[str, str]] = {
    "orders": _texts("order_id", "merchant_id", "subject_id")
    | {"placed_at": "time", "observed_at": "time", "account_created_at": "time"}
    | _texts("channel", "method", "psp", "currency")
    | {"amount_minor": "whole", "failed_attempts": "whole"}
    | _texts("card_bin", "card_brand", "card_country", "card_funding", "avs", "cvc", "three_ds", "eci")
    | _texts("billing_country")
    | _links(_ORDER_LINKS)
    | _traits(OrderTraits.__struct_fields__),
    "consignments": _texts("consignment_id", "order_id", "carrier", "service", "incoterm")
    | _texts("shipper_country", "consignee_country", "pickup_country", "pickup_kind", "declared_currency")
    | {"weight_grams": "whole", "declared_minor": "whole", "items": "whole", "hs_codes": "texts"}
    | _links(_PARCEL_LINKS)
    | _traits(ConsignmentTraits.__struct_fields__),
    "events": _texts("event_id", "order_id", "consignment_id", "source", "kind", "accepted_as")
    | {"occurred_at": "time", "observed_at": "time"}
    | _texts("country", "reason_code", "claim", "verdict", "field", "requested_via", "currency")
    | {"amount_minor": "whole", "weight_grams": "whole", "has_signature": "flag", "has_photo": "flag"}
    | _links(_EVENT_LINKS)
    | _traits(_SEAL_TRAITS),
    "decisions": _texts("decision_id", "order_id", "stage", "outcome", "model", "ruleset", "case_id")
    | {"decided_at": "time", "score": "number", "reasons": "texts", "weights": "numbers", "rules": "texts"},
}
"""Each table with its columns and their types: text, whole, number, flag, time (UTC), texts and numbers (lists)."""


def order_of(order: Order) -> dict[str, Any]:
    """Return an order as a row of `orders`."""
    card = order.payment.card or order.seal.card
    return (
        _plain(order, "orders")
        | _plain(order.payment, "orders")
        | {"subject_id": order.subject_id, **_money(order.payment.amount, "amount_minor", "currency")}
        | {f"card_{name}": getattr(card, name, None) for name in ("bin", "brand", "country", "funding")}
        | {"placed_at": from_micros(order.placed_us), "observed_at": from_micros(order.observed_us)}
        | {"account_created_at": _time(order.account_created_us)}
        | _linked(order.seal.links, _ORDER_LINKS)
        | _told(order.seal.traits, OrderTraits.__struct_fields__)
    )


def consignments_of(order: Order) -> Iterator[dict[str, Any]]:
    """Yield the consignments of an order as rows of `consignments`."""
    sealed = zip(order.consignments, order.seal.consignment_links, order.seal.consignment_traits, strict=True)
    for consignment, links, traits in sealed:
        yield (
            _plain(consignment, "consignments")
            | {"order_id": order.order_id, "items": len(consignment.items)}
            | _money(consignment.declared_value, "declared_minor", "declared_currency")
            | {"hs_codes": [item.hs_code for item in consignment.items if item.hs_code]}
            | _linked(links, _PARCEL_LINKS)
            | _told(traits, ConsignmentTraits.__struct_fields__)
        )


def event_of(event: Event) -> dict[str, Any]:
    """Return an event as a row of `events`."""
    return (
        _plain(event, "events")
        | {"occurred_at": from_micros(event.occurred_us), "observed_at": from_micros(event.observed_us)}
        | _money(event.amount, "amount_minor", "currency")
        | _linked(event.seal, _EVENT_LINKS)
        | _told(event.seal, _SEAL_TRAITS)
    )


def decision_of(decision: Decision) -> dict[str, Any]:
    """Return a decision as a row of `decisions`."""
    return _plain(decision, "decisions") | {
        "reasons": [reason.code for reason in decision.reasons],
        "weights": [reason.weight for reason in decision.reasons],
        "rules": list(decision.rules),
    }


def _plain(record: msgspec.Struct, table: str) -> dict[str, Any]:
    """Return the fields of a record that are columns under their own names."""
    return {name: getattr(record, name) for name in record.__struct_fields__ if name in COLUMNS[table]}


def _linked(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {f"link_{name}": value.hex() for name in names if (value := getattr(record, name)) is not None}


def _told(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {f"trait_{name}": getattr(record, name) for name in names}


def _money(money: Any, amount: str, currency: str) -> dict[str, Any]:
    return {} if money is None else {amount: money.amount_minor, currency: money.currency}


def _time(micros: int | None) -> Any:
    return None if micros is None else from_micros(micros)
