"""What of an order or a reroute the alliance can be asked about, opened for that and kept nowhere.

The values leave this process blinded only: no custodian learns one, and none is stored beside the answer.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from sealane.alliance import Input, canonical
from sealane.alliance.inputs import Kind
from sealane.flows.rooms import Rooms
from sealane.model.errors import Erased, InvalidInput, NotFound
from sealane.risk.rulebook.reports import Asked
from sealane.storage import orderbook
from sealane.vault import ATTRIBUTES

__all__ = ["inputs_of"]

_CONTACTS: dict[str, Kind] = {"phone": "phone", "email": "email", "device": "device"}


def inputs_of(rooms: Rooms, conn: sqlite3.Connection, asked: Asked) -> list[Input]:
    """Return what can be asked about, each thing once; nothing of a shopper who was erased meanwhile."""
    try:
        told = _reroute(rooms, conn, asked) if asked.event_id else _order(rooms, conn, asked.order_id)
    except (Erased, NotFound):
        return []
    found = {}
    for kind, value in told:
        with suppress(InvalidInput):  # What can be guessed by trying them all is not asked about.
            thing = canonical(kind, value)
            found[thing.text] = thing
    return list(found.values())


def _order(rooms: Rooms, conn: sqlite3.Connection, order_id: str) -> Iterator[tuple[Kind, str]]:
    order = orderbook.read(conn, order_id)
    record_id = order.seal.record_id
    wanted = [name for name in rooms.vault.fields(conn, record_id) if _is_askable(name)]
    values = rooms.vault.reveal(conn, record_id, wanted, purpose="pay")
    yield from _contacts({name.rpartition("/")[2]: value for name, value in values.items() if _is_shopper(name)})
    for number, consignment in enumerate(order.consignments):
        start = f"/consignments/{number}/consignee/"
        part = {name.removeprefix(start): value for name, value in values.items() if name.startswith(start)}
        lines = [value for name, value in part.items() if name.startswith("lines/")]
        yield from _place({**part, "lines": lines, "country": consignment.consignee_country})
        point = values.get(f"/consignments/{number}/pickup_point/id")
        if point and consignment.carrier:
            yield "pickup_point", f"{consignment.carrier}:{point}"


def _reroute(rooms: Rooms, conn: sqlite3.Connection, asked: Asked) -> Iterator[tuple[Kind, str]]:
    order = orderbook.read(conn, asked.order_id)
    [event] = [each for each in orderbook.events(conn, asked.order_id) if each.event_id == asked.event_id]
    text = rooms.vault.reveal(conn, event.seal.record_id, [ATTRIBUTES], purpose="pay")[ATTRIBUTES]
    told: dict[str, Any] = msgspec.json.decode(text)
    yield from _contacts(told.get("requested_by") or {})
    if told.get("new_address"):
        yield from _place(told["new_address"])
    carriers = {each.carrier for each in order.consignments if each.carrier}
    if told.get("pickup_point") and len(carriers) == 1:
        yield "pickup_point", f"{carriers.pop()}:{told['pickup_point']['id']}"


def _is_shopper(name: str) -> bool:
    return name.startswith("/shopper/")


def _is_askable(name: str) -> bool:
    return (_is_shopper(name) and name.rpartition("/")[2] in _CONTACTS) or (
        name.startswith("/consignments/") and ("/consignee/" in name or name.endswith("/pickup_point/id"))
    )


def _contacts(part: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    for name, kind in _CONTACTS.items():
        if part.get(name):
            yield kind, part[name]


def _place(part: Mapping[str, Any]) -> Iterator[tuple[Kind, str]]:
    """Yield who receives and where; an address is asked about with the name of whoever lives there."""
    yield from _contacts(part)
    if part.get("lines") and part.get("postcode") and part.get("name"):
        clean = (str(part[name]).replace(";", " ") for name in ("country", "postcode"))
        street = " ".join(part["lines"]).replace(";", " ")
        yield "address", "; ".join([*clean, street, str(part["name"]).replace(";", " ")])
