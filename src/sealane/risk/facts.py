"""Facts: what the room keeps of each order and event, flat, with two times and no personal value.

A fact is immutable. `occurred_us` says when it happened, `observed_us` when it was learned; windows run on the second.
People and places are the vault's blinded links (16 bytes). The field names below are the only words that signal
declarations may use, so one declaration can be read from these records and from a table with the same columns.
"""

from typing import Any, Literal

import msgspec

from sealane.model.decision import Stage
from sealane.model.event import EventKind
from sealane.model.sealed import Link

__all__ = [
    "FIELD_GROUPS",
    "NOWHERE",
    "STAGE_OF",
    "Act",
    "Fact",
    "FactKind",
    "Parcel",
    "Payer",
    "decode",
    "encode",
    "field_of",
]

FactKind = Literal["order"] | EventKind

STAGE_OF: dict[str, Stage] = {
    "order": "checkout",
    "consignment.label_created": "dispatch",
    "consignment.reroute_requested": "reroute",
    "payout.requested": "payout",
    "claim.opened": "claim",
}
"""The facts that get a decision, and at which stage."""


class Payer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who pays and how: the same for every fact of one order. Amounts in euro cents at reference rates.

    `account` is the payer's account at the merchant or, for a guest, the e-mail address. `shopper` is the e-mail
    address, else the account, else the phone number: the same person at another merchant has another account.
    """

    merchant: str
    method: str
    placed_us: int
    parcel_count: int
    shopper: Link | None = None
    account: Link | None = None
    card: Link | None = None
    payer_name: Link | None = None
    email: Link | None = None
    email_domain: Link | None = None
    phone: Link | None = None
    device: Link | None = None
    ip: Link | None = None
    network: Link | None = None
    billing: Link | None = None
    bin: str | None = None
    amount_eur: int | None = None
    declared_total_eur: int | None = None
    account_created_us: int | None = None
    card_country: str | None = None
    card_funding: str | None = None
    billing_country: str | None = None
    phone_country: str | None = None
    email_kind: str | None = None
    email_resembles_name: bool | None = None
    billing_name_matches: bool | None = None
    avs: str | None = None
    cvc: str | None = None
    three_ds: str | None = None
    eci: str | None = None
    failed_attempts: int | None = None
    channel: str | None = None


class Parcel(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Who receives, where and what: one consignment. Amounts in euro cents at reference rates, weight in grams.

    `address` includes the flat, floor or suite, `building` leaves it out.
    """

    consignment: str | None = None
    waybill: str | None = None
    address: Link | None = None
    building: Link | None = None
    postcode: Link | None = None
    consignee: Link | None = None
    consignee_phone: Link | None = None
    consignee_email: Link | None = None
    pickup_point: Link | None = None
    shipper: Link | None = None
    consignee_country: str | None = None
    shipper_country: str | None = None
    pickup_country: str | None = None
    pickup_kind: str | None = None
    carrier: str | None = None
    service: str | None = None
    weight_grams: int | None = None
    declared_eur: int | None = None
    goods_eur: int | None = None
    item_count: int | None = None
    name_matches_payer: bool | None = None
    phone_matches_payer: bool | None = None
    email_matches_payer: bool | None = None
    address_matches_billing: bool | None = None
    postcode_matches_billing: bool | None = None
    has_suite_code: bool | None = None
    consignee_phone_country: str | None = None


class Act(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a later event adds: who acted, where, and what was asked."""

    is_confirmed: bool
    actor_device: Link | None = None
    actor_ip: Link | None = None
    actor_network: Link | None = None
    actor_phone: Link | None = None
    new_address: Link | None = None
    new_postcode: Link | None = None
    new_name: Link | None = None
    new_pickup_point: Link | None = None
    new_has_suite_code: bool | None = None
    new_phone_country: str | None = None
    courier: Link | None = None
    depot: Link | None = None
    event_country: str | None = None
    event_eur: int | None = None
    event_weight_grams: int | None = None
    reason_code: str | None = None
    claim: str | None = None
    verdict: str | None = None
    changed_field: str | None = None
    is_signed: bool | None = None
    is_photographed: bool | None = None
    requested_via: str | None = None
    event_point: str | None = None


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that happened; `failed` counts the declined payment attempts it tells of.

    `listed` and `snoozed` say which lists named it, and which rules slept for it, when it was observed (`rulebook`);
    `reported`, how many members of the alliance report something of its order; `mismatches`, in how many places order,
    payment and waybill contradict each other, and `mismatch_codes`, how.
    """

    kind: FactKind
    event_id: str
    order_id: str
    occurred_us: int
    observed_us: int
    failed: int
    payer: Payer
    parcels: tuple[Parcel, ...]
    act: Act | None = None
    listed: str | None = None
    snoozed: str | None = None
    reported: int | None = None
    mismatches: int | None = None
    mismatch_codes: str | None = None


NOWHERE = Parcel()
"""Stands for the consignment where there is none: everything about it is unknown."""

FIELD_GROUPS: dict[str, str] = {
    field: group
    for group, record in (("fact", Fact), ("payer", Payer), ("parcel", Parcel), ("act", Act))
    for field in record.__struct_fields__
    if field not in {"payer", "parcels", "act"}
}
"""Which record each field belongs to; names are unique across all four."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Fact)


def encode(fact: Fact) -> bytes:
    """Return the fact as MessagePack, an array in field order."""
    return _encoder.encode(fact)


def decode(body: bytes) -> Fact:
    """Return the fact from its MessagePack.

    Raises:
        msgspec.DecodeError: when the bytes are no fact.
    """
    return _decoder.decode(body)


def field_of(fact: Fact, parcel: Parcel, field: str) -> Any:
    """Return one field by name for one consignment of the fact; None when unknown."""
    group = FIELD_GROUPS[field]
    if group == "fact":
        return getattr(fact, field)
    if group == "payer":
        return getattr(fact.payer, field)
    if group == "parcel":
        return getattr(parcel, field)
    return None if fact.act is None else getattr(fact.act, field)
