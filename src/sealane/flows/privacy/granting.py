"""Granting: a merchant, or the operator, lets one party have what the policy allows it of one order."""

from datetime import datetime
from typing import Annotated

import msgspec

from sealane.disclosure import (
    FIELDS,
    NEVER_US,
    Audience,
    Field,
    Grant,
    Leg,
    Purpose,
    Question,
    Refusal,
    Terms,
    mask_of,
    names_in,
)
from sealane.flows.privacy.holdings import Holdings, asker_of, cells_in, corridor_of
from sealane.flows.rooms import Rooms
from sealane.model.clock import to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import orderbook, parties
from sealane.storage.database import Transaction

__all__ = ["GrantRequest", "Issued", "grant", "revoke"]

_HOUR_US = 3_600_000_000
_WITHOUT_PART_HOURS = 1.0
Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_encode = msgspec.json.Encoder().encode


class GrantRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/grants`; without fields it asks for all that the policy gives."""

    party_id: Id
    purpose: Purpose
    order: Id | None = None
    consignment: Id | None = None
    leg: Leg | None = None
    fields: Annotated[tuple[Field, ...], msgspec.Meta(min_length=1, max_length=len(FIELDS))] | None = None
    not_before: Aware | None = None
    expires_at: Aware | None = None
    max_uses: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1
    wait_for_leg: bool = False
    """Whether the grant begins with the event that opens its leg, such as the arrival at the destination hub."""


class Issued(msgspec.Struct, frozen=True):
    """A grant as it was made, and each field that the policy kept out of it."""

    grant: Grant
    refused: tuple[Refusal, ...]


def grant(rooms: Rooms, caller: Party, request: GrantRequest, tx: Transaction) -> Issued:
    """Grant a party what the policy lets it have of an order of the caller's.

    Raises:
        NotFound: when there is no such party, or no such order of the caller's.
        InvalidInput: when no order is named, the order has several consignments and none is named, or times conflict.
    """
    order, consignment_id = _find(caller, request, tx)
    policy = rooms.disclosure.policy(tx.now_us)
    question, asked = Question(request.purpose, request.leg), mask_of(request.fields or FIELDS)
    with rooms.database.reader() as conn:
        party = parties.by_id(conn, request.party_id)
        holdings = Holdings(rooms, conn, order, consignment_id)
        order, names = holdings.order, holdings.names
        journey = {each.kind for each in orderbook.events(conn, order.order_id) if each.accepted_as == "confirmed"}
    corridor = corridor_of(policy, order, consignment_id)
    verdict = policy.decide(party.roles, question, corridor, asked)
    audience = verdict.audience
    cells = cells_in(policy, audience, corridor, names_in(verdict.allowed))
    forbidden = rooms.disclosure.forbidden(asker_of(policy, order, consignment_id, party), question, cells)
    allowed = verdict.allowed & ~mask_of(each.field for each in forbidden)
    is_over = audience is not None and not audience.grace_hours and not journey.isdisjoint(audience.closes)
    fields = 0 if is_over else allowed & mask_of(name for name in FIELDS if name in names)
    refused = policy.explain(verdict, party.roles, question, asked & ~verdict.allowed)
    refused += forbidden + _not_given(allowed & ~fields, is_over=is_over)
    begins_us, ends_us = _window(request, audience, tx.now_us)
    is_waiting = request.wait_for_leg and audience is not None and journey.isdisjoint(audience.opens)
    terms = Terms(
        order_id=order.order_id,
        consignment_id=consignment_id,
        subject_id=order.subject_id,
        merchant_id=order.merchant_id,
        party_id=party.party_id,
        audience=audience.code if audience else "",
        purpose=request.purpose,
        leg=request.leg,
        fields=fields,
        is_waiting=is_waiting,
        not_before_us=NEVER_US if is_waiting else begins_us,
        expires_us=ends_us,
        max_uses=min(request.max_uses, audience.max_uses if audience else 1),
    )
    issued = rooms.disclosure.issue(tx, terms)
    _log(rooms, issued, "disclosure.granted", tx)
    # Whoever asks for everything is told what the law or the journey keeps back, not each field nobody needs.
    told = [each for each in refused if request.fields is not None or each.code not in {"not-needed", "not-held"}]
    return Issued(issued, tuple(told))


def revoke(rooms: Rooms, found: Grant, because: str, tx: Transaction) -> None:
    """End a grant; doing so again changes nothing."""
    if rooms.disclosure.revoke(tx, found, because):
        _log(rooms, found, "disclosure.revoked", tx)


def _find(caller: Party, request: GrantRequest, tx: Transaction) -> tuple[Order, str | None]:
    if request.order is None and request.consignment is None:
        detail = "Name the order or the consignment."
        raise InvalidInput(detail, errors=(FieldError("/order", "missing", detail),))
    merchant_id = None if caller.has("operator") else caller.party_id
    order, named = orderbook.find(tx, merchant_id, order=request.order, consignment=request.consignment)
    if named is None and request.leg is not None and len(order.consignments) != 1:
        detail = "The order has several consignments, or none; a leg belongs to one of them."
        raise InvalidInput(detail, errors=(FieldError("/consignment", "missing", detail),))
    if named is None and len(order.consignments) == 1:
        named = order.consignments[0].consignment_id
    return order, named


def _not_given(missing: int, *, is_over: bool) -> list[Refusal]:
    """Return why fields that the policy gives are not in the grant all the same."""
    code, reason = "not-held", "This order does not hold the field."
    if is_over:
        code = "leg-over"
        reason = "This leg is over: the consignment was delivered, returned or lost. A claim has a purpose of its own."
    return [Refusal(name, code, "", reason) for name in names_in(missing)]


def _window(request: GrantRequest, audience: Audience | None, now_us: int) -> tuple[int, int]:
    """Return when a grant begins and ends: as asked, but never longer than the policy's window."""
    begins_us = now_us if request.not_before is None else to_micros(request.not_before)
    hours = audience.window_hours if audience else _WITHOUT_PART_HOURS
    latest_us = max(begins_us, now_us) + int(hours * _HOUR_US)
    ends_us = latest_us if request.expires_at is None else min(to_micros(request.expires_at), latest_us)
    if request.not_before is not None and ends_us <= begins_us:
        detail = "The grant would end before it begins."
        raise InvalidInput(detail, errors=(FieldError("/expires_at", "out-of-range", detail),))
    return begins_us, ends_us


def _log(rooms: Rooms, found: Grant, kind: str, tx: Transaction) -> None:
    told = {name: getattr(found, name) for name in _LOGGED} | {"fields": found.names}
    rooms.log.append(tx, kind, order_id=found.order_id, content=_encode(told))


_LOGGED = ("reference", "consignment_id", "party_id", "purpose", "leg", "not_before_us", "expires_us", "max_uses")
