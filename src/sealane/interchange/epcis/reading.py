"""Reading EPCIS 2.0 documents: object events with a business step become our kinds of events.

{"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": [
{"type": "ObjectEvent", "eventTime": "2026-11-22T10:00:00Z", "action": "OBSERVE",
"epcList": ["urn:epc:id:sscc:0614141.1234567890"], "bizStep": "shipping", "disposition": "in_transit"}]}}
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from sealane.interchange.epcis.words import KINDS
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.event import EventKind, EventRequest

__all__ = ["MOST_EVENTS", "read_document"]

MOST_EVENTS = 500
_NUMBER = re.compile(r"[A-Za-z0-9]{5,40}")
_CBV = re.compile(
    r"^(?:urn:epcglobal:cbv:(?:bizstep|disp):|cbv:(?:BizStep|Disp)-|https://ref\.gs1\.org/cbv/(?:BizStep|Disp)-)"
)


def read_document(document: Any) -> list[EventRequest]:
    """Return the events of an EPCIS document or of a single event; those of other kinds are passed over.

    Raises:
        InvalidInput: when it is no EPCIS 2.0 document, or an event has no time or no parcel.
    """
    events = _events(document)
    if not 0 < len(events) <= MOST_EVENTS:
        raise _wrong("/epcisBody/eventList", f"A document holds 1 to {MOST_EVENTS} events.")
    found: list[EventRequest] = []
    for place, event in enumerate(events):
        if not isinstance(event, dict):
            raise _wrong(f"/epcisBody/eventList/{place}", "An event is an object.")
        found += _read(event, f"/epcisBody/eventList/{place}")
    return found


def _events(document: Any) -> list[Any]:
    if not isinstance(document, dict):
        raise _wrong("", "An EPCIS document is an object.")
    if document.get("type") == "ObjectEvent":
        return [document]
    body = document.get("epcisBody")
    events = body.get("eventList") if isinstance(body, dict) else None
    if document.get("type") != "EPCISDocument" or not isinstance(events, list):
        raise _wrong("/type", "This is no EPCIS 2.0 document with an eventList.")
    return events


def _read(event: Mapping[str, Any], at: str) -> list[EventRequest]:
    kind = _kind(event)
    if kind is None:
        return []
    moment = _time(event, f"{at}/eventTime")
    numbers = _numbers(event)
    if not numbers:
        raise _wrong(f"{at}/epcList", "The event names no parcel.")
    attributes: dict[str, Any] = {}
    place = event.get("readPoint")
    if isinstance(place, dict) and isinstance(place.get("id"), str):
        attributes["depot"] = place["id"][:200]
    own = event.get("eventID")
    name = own if isinstance(own, str) and 0 < len(own) <= 120 else _digest(event)  # noqa: PLR2004 - room for the number
    return [
        EventRequest(
            id=f"{name}:{number}"[:200],
            kind=kind,
            occurred_at=moment,
            tracking_number=number,
            attributes=msgspec.Raw(msgspec.json.encode(attributes)),
        )
        for number in numbers
    ]


def _kind(event: Mapping[str, Any]) -> EventKind | None:
    if event.get("type") != "ObjectEvent" or event.get("action") == "DELETE":
        return None
    step, disposition = (_CBV.sub("", str(event.get(name, ""))) for name in ("bizStep", "disposition"))
    return KINDS.get((step, disposition)) or KINDS.get((step, ""))


def _time(event: Mapping[str, Any], at: str) -> datetime:
    try:
        moment = datetime.fromisoformat(event["eventTime"])
    except (KeyError, TypeError, ValueError):
        raise _wrong(at, "The event's time is missing or no RFC 3339 time.") from None
    if moment.tzinfo is None:
        raise _wrong(at, "The event's time has no offset.")
    return moment


def _numbers(event: Mapping[str, Any]) -> list[str]:
    """Return the tracking numbers: the last part of each parcel's name (`urn:epc:id:sscc:0614141.1234567890`)."""
    names = event.get("epcList")
    found = []
    for name in names if isinstance(names, list) else ():
        plain = re.split(r"[:/]", name)[-1].replace(".", "") if isinstance(name, str) else ""
        if _NUMBER.fullmatch(plain):
            found.append(plain)
    return found[:MOST_EVENTS]


def _digest(event: Mapping[str, Any]) -> str:
    return hashlib.sha256(msgspec.json.encode(event, order="sorted")).hexdigest()[:40]


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))
