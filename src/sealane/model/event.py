"""Events: everything that happens to an order after checkout, each with two times."""

from datetime import datetime
from typing import Annotated, Any, Literal, get_args

import msgspec

from sealane.model.decision import Decision
from sealane.model.money import Money
from sealane.model.personal import Address, PickupPoint, Text, decode_hook
from sealane.model.sealed import EventSeal

__all__ = [
    "EVENT_KINDS",
    "AcceptedAs",
    "Attributes",
    "Event",
    "EventKind",
    "EventRequest",
    "EventResult",
    "Location",
    "RequestedBy",
    "event_decoder",
]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Short = Annotated[str, msgspec.Meta(max_length=64)]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
EventKind = Literal[
    "payment.authorized", "payment.failed_attempt", "payment.captured", "payment.refunded", "payment.chargeback",
    "consignment.label_created", "consignment.handed_over", "consignment.export_departed",
    "consignment.customs_held", "consignment.customs_released", "consignment.arrived",
    "consignment.out_for_delivery", "consignment.delivery_attempted", "consignment.delivered",
    "consignment.returned", "consignment.lost", "consignment.reroute_requested",
    "payout.requested", "claim.opened", "account.changed", "verdict.recorded",
]  # fmt: skip
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
AcceptedAs = Literal["confirmed", "claimed"]


class RequestedBy(msgspec.Struct, frozen=True):
    """Who asked: the contact the request came from; unknown members are kept sealed and ignored."""

    channel: Short | None = None
    ip: Text | None = None
    device: Text | None = None
    phone: Text | None = None
    email: Text | None = None


class Location(msgspec.Struct, frozen=True):
    """Where a scan happened; degrees are WGS 84."""

    country: Short | None = None
    postcode: Text | None = None
    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)] | None = None
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)] | None = None

    @property
    def point(self) -> str | None:
        """Where it was to a tenth of a degree, such as `38.7,-9.1`: which town, and not whose door."""
        if self.lat is None or self.lon is None:
            return None
        return f"{self.lat:.1f},{self.lon:.1f}"


class Attributes(msgspec.Struct, frozen=True):
    """The usual attributes; others are kept sealed with the event and ignored by signals."""

    new_address: Address | None = None
    pickup_point: PickupPoint | None = None
    requested_by: RequestedBy | None = None
    location: Location | None = None
    courier: Text | None = None
    depot: Text | None = None
    signature: Any = None
    photo: Any = None
    weight_grams: Annotated[int, msgspec.Meta(ge=0, le=100_000_000)] | None = None
    reason_code: Short | None = None
    tracking_number: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    amount: Money | None = None
    claim: Literal["not_received", "not_as_described", "return", "refund"] | None = None
    verdict: Literal["fraud", "genuine"] | None = None
    field: Literal["email", "phone", "password", "address", "device"] | None = None


class EventRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/events`; one of `order`, `consignment`, `reference`, `tracking_number` finds the order."""

    id: Id
    kind: EventKind
    occurred_at: Aware
    order: Id | None = None
    consignment: Id | None = None
    reference: Id | None = None
    tracking_number: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    attributes: msgspec.Raw = msgspec.Raw(b"{}")
    observed_at: Aware | None = None


event_decoder = msgspec.json.Decoder(EventRequest, dec_hook=decode_hook)


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event as stored: when it happened, when we learned it, and no personal value. Times in microseconds."""

    event_id: str
    source: str
    source_event_id: str
    kind: EventKind
    occurred_us: int
    observed_us: int
    order_id: str
    accepted_as: AcceptedAs
    seal: EventSeal
    consignment_id: str | None = None
    country: str | None = None
    point: str | None = None
    weight_grams: int | None = None
    reason_code: str | None = None
    tracking_number: str | None = None
    amount: Money | None = None
    claim: str | None = None
    verdict: Literal["fraud", "genuine"] | None = None
    field: str | None = None
    has_signature: bool = False
    has_photo: bool = False
    requested_via: str | None = None


class EventResult(msgspec.Struct, frozen=True):
    """The answer to an event."""

    event_id: str
    accepted_as: AcceptedAs
    decision: Decision | None
