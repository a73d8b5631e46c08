"""Destination: where a consignment goes now. A reroute moves it once it is approved; any other never shows.

The new place stays sealed with the event that asked for it; what is kept beside it says which fields it has.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from sealane.disclosure import Field, Move, Purpose
from sealane.flows.rooms import Rooms
from sealane.flows.steps.arrival import Arrival
from sealane.model.consignment import Consignment
from sealane.model.decision import Decision
from sealane.model.event import Attributes, Event
from sealane.model.order import Order
from sealane.vault import ATTRIBUTES

__all__ = ["PLACE", "as_moved", "bound", "move_of", "note_move", "read_place"]

PLACE: frozenset[Field] = frozenset({"street", "unit", "postcode", "city", "region", "instructions"})
"""What a new place replaces as a whole: a part it does not have, like a door code, is not taken from the old one."""

_CONTACT: tuple[Field, ...] = ("name", "phone", "email", "tax_id")


def note_move(arrival: Arrival, event: Event, decision: Decision) -> None:
    """Keep what a reroute asked for with its answer; an event without a place moves nothing."""
    fields = _fields_of(arrival.attributes)
    if not fields:
        return
    move = Move(
        order_id=arrival.order.order_id,
        event_id=event.event_id,
        consignment_id=arrival.consignment_id or "",
        record_id=event.seal.record_id,
        decision_id=decision.decision_id,
        country=event.country or "",
        fields=fields,
        outcome=decision.outcome,
        asked_us=event.observed_us,
    )
    arrival.rooms.disclosure.move(arrival.tx, move)


def bound(rooms: Rooms, conn: sqlite3.Connection, order: Order) -> Order:
    """Return the order with the country that each consignment goes to now."""
    return as_moved(order, rooms.disclosure.moves(conn, order.order_id))


def as_moved(order: Order, moves: Sequence[Move]) -> Order:
    """Return the order as these reroutes leave it, the latest first."""
    if not moves:
        return order
    return replace(order, consignments=tuple(_as_moved(each, moves) for each in order.consignments))


def move_of(moves: Sequence[Move], consignment_id: str | None) -> Move | None:
    """Return the latest reroute of a consignment; one without a consignment moves them all."""
    return next((each for each in moves if each.consignment_id in {consignment_id, ""}), None)


def read_place(rooms: Rooms, conn: sqlite3.Connection, move: Move, purpose: Purpose) -> dict[Field, str]:
    """Open the new place: each field that it has.

    Raises:
        Erased: when the shopper's key is gone.
        EnvelopeInvalid: when it was altered or moved.
    """
    told = msgspec.json.decode(rooms.vault.reveal(conn, move.record_id, [ATTRIBUTES], purpose=purpose)[ATTRIBUTES])
    address, point = told.get("new_address"), told.get("pickup_point")
    found = _of_address(address) if address else _of_point(point)
    return {name: found[name] for name in move.fields}


def _as_moved(consignment: Consignment, moves: Sequence[Move]) -> Consignment:
    move = move_of(moves, consignment.consignment_id)
    return consignment if move is None or not move.country else replace(consignment, consignee_country=move.country)


def _fields_of(attributes: Attributes) -> tuple[Field, ...]:
    address, point = attributes.new_address, attributes.pickup_point
    if address is not None:
        held = ("street", *(("unit",) if address.lines[1:] else ())) if address.lines else ()
        named = ("postcode", "city", "region", *_CONTACT)
        return (*held, *(name for name in named if getattr(address, name) is not None))
    if point is not None:
        return ("street", *(("unit",) if point.name else ()), *(("postcode",) if point.postcode else ()))
    return ()


def _of_address(address: dict[str, Any]) -> dict[Field, str]:
    lines = address.get("lines") or [""]
    named: tuple[Field, ...] = ("postcode", "city", "region", *_CONTACT)
    return {"street": lines[0], "unit": ", ".join(lines[1:])} | {name: address.get(name) or "" for name in named}


def _of_point(point: dict[str, Any]) -> dict[Field, str]:
    """Return a pick-up point as a place: its name is the street and its id the unit, or its id alone the street."""
    name, number = point.get("name"), point["id"]
    return {"street": name or number, "unit": number, "postcode": point.get("postcode") or ""}
