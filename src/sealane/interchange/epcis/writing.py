"""Writing EPCIS 2.0 documents from the events of an order's consignments; nobody's name or address is in them."""

from collections.abc import Iterable
from typing import Any

from sealane.interchange.epcis.words import WORDS
from sealane.model.clock import from_micros
from sealane.model.event import Event

__all__ = ["write_document"]

CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"


def write_document(events: Iterable[Event], *, created_us: int) -> dict[str, Any]:
    """Return an EPCIS 2.0 document of those events that happened to consignments."""
    return {
        "@context": [CONTEXT],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(created_us),
        "epcisBody": {"eventList": [_event(each) for each in events if each.kind in WORDS]},
    }


def _event(event: Event) -> dict[str, Any]:
    step, disposition = WORDS[event.kind]
    written: dict[str, Any] = {
        "type": "ObjectEvent",
        "eventID": f"urn:sealane:{event.event_id}",
        "eventTime": _time(event.occurred_us),
        "recordTime": _time(event.observed_us),
        "eventTimeZoneOffset": "+00:00",
        "epcList": [f"urn:sealane:{event.consignment_id or event.order_id}"],
        "action": "ADD" if step == "commissioning" else "OBSERVE",
        "bizStep": step,
        "disposition": disposition,
    }
    if event.country:
        written["readPoint"] = {"id": f"urn:sealane:country:{event.country}"}
    return written


def _time(micros: int) -> str:
    return from_micros(micros).isoformat().replace("+00:00", "Z")
