"""Orders and events as merchants send them, for tests to vary."""

import copy
import itertools
from typing import Any

__all__ = ["event", "order"]

_numbers = itertools.count(1)

_ADDRESS = {
    "name": "Ana Silva",
    "lines": ["Rua Augusta 10", "3 Dto"],
    "city": "Lisboa",
    "postcode": "1100-053",
    "country": "PT",
}
_ORDER: dict[str, Any] = {
    "placed_at": "2026-11-22T09:30:00Z",
    "channel": "web",
    "shopper": {
        "account": "a-77",
        "account_created_at": "2024-03-01T00:00:00Z",
        "name": "Ana Silva",
        "email": "ana@example.com",
        "phone": "+351912345678",
        "ip": "203.0.113.9",
        "device": "fp_5d1c",
        "locale": "pt-PT",
    },
    "payment": {
        "method": "card",
        "amount": {"amount_minor": 12990, "currency": "EUR"},
        "psp": "stripe",
        "psp_reference": "pi_3Nx",
        "card": {"fingerprint": "psp-card-1", "bin": "424242", "last4": "4242", "brand": "visa", "country": "PT"},
        "avs": "Y",
        "cvc": "M",
        "three_ds": "authenticated",
        "eci": "05",
        "failed_attempts": 0,
        "billing_address": _ADDRESS,
    },
    "consignments": [
        {
            "carrier": "dhl-express",
            "service": "express",
            "incoterm": "DDP",
            "shipper": {"name": "Shenzhen Bright Co", "city": "Shenzhen", "postcode": "518000", "country": "CN"},
            "consignee": {**_ADDRESS, "phone": "+351912345678", "email": "ana@example.com"},
            "weight_grams": 800,
            "declared_value": {"amount_minor": 12990, "currency": "EUR"},
            "items": [
                {
                    "sku": "LMP-1",
                    "description": "LED desk lamp",
                    "hs_code": "940521",
                    "quantity": 1,
                    "unit_price": {"amount_minor": 12990, "currency": "EUR"},
                    "category": "home",
                }
            ],
        }
    ],
}


def order(reference: str | None = None, **changes: Any) -> dict[str, Any]:
    """Return a fresh order; `shopper__name="X"` changes one inner field."""
    made = copy.deepcopy(_ORDER) | {"reference": reference or f"SO-{next(_numbers)}"}
    for path, value in changes.items():
        place: Any = made
        *parents, last = path.split("__")
        for part in parents:
            place = place[int(part)] if part.isdigit() else place[part]
        place[last] = value
    return made


def event(
    kind: str, *, at: str = "2026-11-22T10:00:00Z", attributes: dict[str, Any] | None = None, **locator: str
) -> dict[str, Any]:
    """Return a fresh event of an order named by `order`, `reference`, `consignment` or `tracking_number`."""
    return {"id": f"e-{next(_numbers)}", "kind": kind, "occurred_at": at, "attributes": attributes or {}, **locator}
