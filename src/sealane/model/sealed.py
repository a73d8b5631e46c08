"""What is left of personal data once the vault has sealed it: blinded links and harmless traits.

A *link* is a 16-byte keyed hash (HMAC-SHA256, truncated) of one normalised value: equal values give equal links, and
nobody without the key can guess back. A *trait* is a fact about a value that identifies nobody.
"""

from typing import Literal

import msgspec

from sealane.model.payment import Card

__all__ = [
    "ConsignmentLinks",
    "ConsignmentTraits",
    "EmailKind",
    "EventSeal",
    "Link",
    "OrderLinks",
    "OrderSeal",
    "OrderTraits",
]

Link = bytes
EmailKind = Literal["free", "disposable", "other"]


class OrderLinks(msgspec.Struct, frozen=True, omit_defaults=True):
    """Blinded values of whoever pays."""

    account: Link | None = None
    card: Link | None = None
    name: Link | None = None
    email: Link | None = None
    email_domain: Link | None = None
    phone: Link | None = None
    device: Link | None = None
    ip: Link | None = None
    network: Link | None = None
    billing_address: Link | None = None


class OrderTraits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Harmless facts about whoever pays."""

    email_kind: EmailKind | None = None
    email_resembles_name: bool | None = None
    phone_country: str | None = None
    billing_name_matches: bool | None = None


class ConsignmentLinks(msgspec.Struct, frozen=True, omit_defaults=True):
    """Blinded values of whoever receives; `address` leaves the unit out, `unit` includes it."""

    address: Link | None = None
    unit: Link | None = None
    postcode: Link | None = None
    name: Link | None = None
    email: Link | None = None
    phone: Link | None = None
    pickup_point: Link | None = None
    shipper: Link | None = None


class ConsignmentTraits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Harmless facts about whoever receives, compared with whoever pays."""

    name_matches_payer: bool | None = None
    phone_matches_payer: bool | None = None
    email_matches_payer: bool | None = None
    address_matches_billing: bool | None = None
    postcode_matches_billing: bool | None = None
    has_suite_code: bool | None = None
    phone_country: str | None = None


class OrderSeal(msgspec.Struct, frozen=True):
    """What `vault.seal_order` returns; the consignment tuples run parallel to the order's consignments."""

    subject_id: str
    record_id: str
    links: OrderLinks
    traits: OrderTraits
    consignment_links: tuple[ConsignmentLinks, ...]
    consignment_traits: tuple[ConsignmentTraits, ...]
    card: Card | None = None


class EventSeal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What `vault.seal_event` returns for a later event's attributes."""

    record_id: str
    address: Link | None = None
    unit: Link | None = None
    postcode: Link | None = None
    name: Link | None = None
    phone: Link | None = None
    email: Link | None = None
    pickup_point: Link | None = None
    ip: Link | None = None
    network: Link | None = None
    device: Link | None = None
    courier: Link | None = None
    depot: Link | None = None
    has_suite_code: bool | None = None
    phone_country: str | None = None
