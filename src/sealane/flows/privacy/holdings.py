"""What is held of an order, field by field as the wire names them; nothing is opened before it is asked for.

A field may lie in the vault under one or more pointers of the order's record, or in the open part of the order.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

import msgspec

from sealane.disclosure import Asker, Audience, Cell, Field, Policy
from sealane.flows.privacy.destination import PLACE, as_moved, move_of, read_place
from sealane.flows.rooms import Rooms
from sealane.model.clock import spelled
from sealane.model.consignment import Consignment
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.model.payment import Payment
from sealane.storage import orderbook
from sealane.vault import Purpose, Record

__all__ = ["Holdings", "asker_of", "cells_in", "corridor_of"]

# Where a field lies in the record; `{c}` is the consignment. The first pointer that is there wins.
_POINTERS: dict[str, tuple[str, ...]] = {
    "name": ("{c}/consignee/name", "/shopper/name"),
    "street": ("{c}/consignee/lines/0",),
    "postcode": ("{c}/consignee/postcode",),
    "city": ("{c}/consignee/city",),
    "region": ("{c}/consignee/region",),
    "phone": ("{c}/consignee/phone", "/shopper/phone"),
    "email": ("{c}/consignee/email", "/shopper/email"),
    "tax_id": ("{c}/consignee/tax_id",),
    "instructions": ("{c}/instructions",),
    "ip": ("/shopper/ip",),
    "device": ("/shopper/device",),
}
_ADDRESSES = {"billing_address": "/payment/billing_address", "origin": "{c}/shipper"}
_UNIT = "{c}/consignee/lines/"


class Holdings:
    """One order as it goes now, seen from one of its consignments; `names` are the fields it has.

    The vault is asked when a name or a value is wanted for the first time, and its record is read once.
    """

    def __init__(self, rooms: Rooms, conn: sqlite3.Connection, order: Order, consignment_id: str | None) -> None:
        self._rooms = rooms
        self._conn = conn
        moves = rooms.disclosure.moves(conn, order.order_id)
        self.order = as_moved(order, moves)
        position = 0 if consignment_id is None else order.position(consignment_id)
        self._consignment = self.order.consignments[position] if order.consignments else None
        self._at = f"/consignments/{position}"
        here = None if self._consignment is None else self._consignment.consignment_id
        self._move = move_of(moves, here)

    @property
    def names(self) -> frozenset[str]:
        """The fields that the order has."""
        proof = ("proof_of_delivery",) if self._proof_of_delivery() else ()
        return frozenset({*self._pointers, *self._moved, *self._open(None), *proof})

    @property
    def country(self) -> str:
        """The country the consignment goes to, the empty text when there is none."""
        return self._consignment.consignee_country if self._consignment else ""

    def read(self, fields: tuple[Field, ...], purpose: Purpose) -> dict[str, Any]:
        """Open the asked fields, as far as they are held, and no others.

        Raises:
            Erased: when the shopper's key is gone.
            EnvelopeInvalid: when a value was altered or moved.
        """
        wanted = [name for name in fields if name in self._pointers]
        pointers = [pointer for name in wanted for pointer in self._pointers[name]]
        opened = self._record.reveal(pointers, purpose=purpose) if pointers else {}
        found: dict[str, Any] = {name: self._join(name, opened) for name in wanted}
        found |= self._read_moved(fields, purpose)
        found |= self._open(fields)
        proof = self._proof_of_delivery() if "proof_of_delivery" in fields else None
        return found | ({"proof_of_delivery": proof} if proof else {})

    @cached_property
    def _record(self) -> Record:
        return self._rooms.vault.record(self._conn, self.order.seal.record_id)

    @cached_property
    def _moved(self) -> frozenset[Field]:
        """The fields of the new place, where there is one."""
        if self._move is None:
            return frozenset()
        # A grant made for an address without a flat or floor never has that field: it stays with the street.
        return frozenset({*self._move.fields} - ({"unit"} - self._placed.keys()))

    @cached_property
    def _pointers(self) -> dict[str, tuple[str, ...]]:
        """Where each field lies in the record, without what the new place has taken the place of."""
        gone = frozenset() if self._move is None else PLACE | self._moved
        return {name: pointers for name, pointers in self._placed.items() if name not in gone}

    @cached_property
    def _placed(self) -> dict[str, tuple[str, ...]]:
        held = self._record.names
        placed: dict[str, tuple[str, ...]] = {}
        for name, candidates in _candidates(self._at):
            there = next((each for each in candidates if each in held), None)
            if there is not None:
                placed[name] = (there,)
        line = _UNIT.format(c=self._at)
        units = tuple(each for each in held if each.startswith(line) and not each.endswith("/0"))
        if units:
            placed["unit"] = units
        for name, place in _ADDRESSES.items():
            start = f"{place.format(c=self._at)}/"
            parts = tuple(each for each in held if each.startswith(start))
            if parts:
                placed[name] = parts
        return placed

    def _read_moved(self, fields: tuple[Field, ...], purpose: Purpose) -> dict[str, str]:
        asked = self._moved.intersection(fields)
        if self._move is None or not asked:
            return {}
        place = read_place(self._rooms, self._conn, self._move, purpose)
        if "unit" in place and "unit" not in self._moved:
            place["street"] += f", {place['unit']}"
        return {name: place[name] for name in asked}

    def _join(self, name: str, opened: Mapping[str, str]) -> Any:
        pointers = self._pointers[name]
        if name == "unit":
            return ", ".join(opened[each] for each in pointers)
        if name not in _ADDRESSES:
            return opened[pointers[0]]
        start = f"{_ADDRESSES[name].format(c=self._at)}/"
        address: dict[str, Any] = {}
        for pointer in pointers:
            part, _, number = pointer.removeprefix(start).partition("/")
            if number:
                address.setdefault(part, []).append(opened[pointer])
            else:
                address[part] = opened[pointer]
        payment, consignment = self.order.payment, self._consignment
        country = consignment and consignment.shipper_country if name == "origin" else payment.billing_country
        return address | ({"country": country} if country else {})

    def _open(self, fields: Iterable[Field] | None) -> dict[str, Any]:
        """Return what of the asked fields, or of all, lies in the open part of the order."""
        payment, consignment = self.order.payment, self._consignment
        asked = {*_OF_PAYMENT, *_OF_CONSIGNMENT} if fields is None else {*fields}
        found = {name: read(payment) for name, read in _OF_PAYMENT.items() if name in asked}
        if consignment is not None:
            found |= {name: read(consignment) for name, read in _OF_CONSIGNMENT.items() if name in asked}
        return {name: value for name, value in found.items() if value}

    def journey(self) -> list[Event]:
        """Return what happened to this consignment, and to the order as a whole, the oldest first."""
        events = orderbook.events(self._conn, self.order.order_id)
        return [each for each in events if self._is_ours(each.consignment_id)]

    def _proof_of_delivery(self) -> dict[str, Any] | None:
        for event in self.journey():
            if event.kind == "consignment.delivered":
                at = spelled(event.occurred_us)
                return {"delivered_at": at, "has_signature": event.has_signature, "has_photo": event.has_photo}
        return None

    def _is_ours(self, consignment_id: str | None) -> bool:
        return consignment_id is None or (
            self._consignment is not None and consignment_id == self._consignment.consignment_id
        )


def _goods(consignment: Consignment) -> list[dict[str, Any]]:
    return [
        {
            "description": item.description,
            "quantity": item.quantity,
            "category": item.category,
            "unit_price": msgspec.to_builtins(item.unit_price) if item.unit_price else None,
        }
        for item in consignment.items
    ]


def _card_last4(payment: Payment) -> dict[str, str]:
    card = payment.card
    if card is None or not card.last4:
        return {}
    shown = {"bin": card.bin, "last4": card.last4, "brand": card.brand}
    return {name: value for name, value in shown.items() if value}


_OF_PAYMENT: dict[str, Callable[[Payment], Any]] = {
    "amount": lambda each: msgspec.to_builtins(each.amount),
    "card": lambda each: each.card and each.card.token,
    "card_last4": _card_last4,
}
_OF_CONSIGNMENT: dict[str, Callable[[Consignment], Any]] = {
    "country": lambda each: each.consignee_country,
    "goods": _goods,
    "hs_code": lambda each: [item.hs_code for item in each.items if item.hs_code],
    "weight": lambda each: each.weight_grams,
    "tracking_number": lambda each: each.tracking_number,
}


@lru_cache(1_024)
def _candidates(at: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return for each field the pointers at which it may lie, for a consignment like `/consignments/0`."""
    return tuple((name, tuple(each.format(c=at) for each in found)) for name, found in _POINTERS.items())


def corridor_of(policy: Policy, order: Order, consignment_id: str | None) -> int:
    """Return the regimes that the order's way falls under, as the policy's mask."""
    return policy.corridor(*_way(order, consignment_id), order.payment.method)


def asker_of(policy: Policy, order: Order, consignment_id: str | None, party: Party) -> Asker:
    """Return who asks and for what, in the words of the operator's own policies."""
    origin, destination = _way(order, consignment_id)
    regimes = tuple(each.code for each in policy.regimes(corridor_of(policy, order, consignment_id)))
    return Asker(party.party_id, party.roles, regimes, origin or "", destination or "", order.payment.method)


def cells_in(policy: Policy, audience: Audience | None, corridor: int, names: Iterable[Field]) -> dict[Field, Cell]:
    """Return how the audience gets each of the named fields in a corridor, without those that it does not get."""
    if audience is None:
        return {}
    cells = {name: policy.cell(audience, name, corridor) for name in names}
    return {name: cell for name, cell in cells.items() if cell is not None}


def _way(order: Order, consignment_id: str | None) -> tuple[str | None, str | None]:
    if not order.consignments:
        return None, None
    consignment = order.consignments[0 if consignment_id is None else order.position(consignment_id)]
    return consignment.shipper_country, consignment.consignee_country
