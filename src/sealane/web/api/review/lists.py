"""Lists and snoozes: named lists that rules ask for, and rules kept from counting for one card, address or account.

A value is taken from an order (`"order": "ord_..."`), so that no personal value passes here; values that identify
nobody (a country, an issuer range, a carrier) may be given as they are.
"""

import sqlite3
from datetime import datetime
from functools import partial
from typing import Annotated

import msgspec

from sealane.model.clock import from_micros, to_micros
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import Conflict, FieldError, InvalidInput, NotFound
from sealane.risk.rulebook import PLAIN_FIELDS, Entry, NamedList, Snooze
from sealane.web.api.review.acting import Acting, actor_of
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Note = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Value = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Code = Annotated[str, msgspec.Meta(max_length=64)]


class NewList(Acting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list's name, and the field that all its values are of."""

    name: Code
    field: Code


class NewEntry(Acting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A value by the order that has it, or plain; with an end or for good."""

    order: Code | None = None
    value: Value | None = None
    expires_at: Aware | None = None
    note: Note | None = None


class NewSnooze(Acting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which rule sleeps, for whose value, until when (180 days at most) and why."""

    rule: Code
    field: Code
    order: Code | None = None
    value: Value | None = None
    until: Aware
    reason: Note


class ListView(msgspec.Struct, frozen=True):
    """A list."""

    name: str
    field: str
    entries: int
    author: str
    created_at: datetime


class Lists(msgspec.Struct, frozen=True):
    """All lists by name."""

    items: tuple[ListView, ...]
    next_cursor: None = None


class EntryView(msgspec.Struct, frozen=True):
    """A value on a list; a blinded one is shown by its link in hexadecimal."""

    value: str
    author: str
    added_at: datetime
    expires_at: datetime | None
    note: str | None


class Entries(msgspec.Struct, frozen=True):
    """What is on a list, the newest first."""

    name: str
    field: str
    items: tuple[EntryView, ...]


class SnoozeView(msgspec.Struct, frozen=True):
    """A rule that sleeps for one value."""

    rule: str
    field: str
    value: str
    until: datetime
    author: str
    reason: str


class Snoozes(msgspec.Struct, frozen=True):
    """All snoozes, the latest end first."""

    items: tuple[SnoozeView, ...]
    next_cursor: None = None


_new_list = msgspec.json.Decoder(NewList)
_new_entry = msgspec.json.Decoder(NewEntry)
_new_snooze = msgspec.json.Decoder(NewSnooze)


async def add_list(visit: Visit) -> Reply:
    """Make an empty list."""
    body = decode(_new_list, await _json(visit))
    book, by = visit.lane.rooms.risk.rulebook, actor_of(visit, body.by)
    made = await visit.lane.rooms.database.run_async(lambda tx: book.add_list(tx, body.name, body.field, by))
    return json_reply(_list(made), 201)


async def read_lists(visit: Visit) -> Reply:
    """Answer all lists."""
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(Lists(tuple(map(_list, visit.lane.rooms.risk.rulebook.lists(connection)))))


async def read_entries(visit: Visit) -> Reply:
    """Answer what is on a list."""
    book = visit.lane.rooms.risk.rulebook
    with visit.lane.rooms.database.reader() as connection:
        one = book.named_list(connection, visit.scope["path_params"]["name"])
        items = tuple(map(_entry, book.entries(connection, one.name)))
    return json_reply(Entries(one.name, one.field, items))


async def add_entries(visit: Visit) -> Reply:
    """Put an order's values of the list's field, or one plain value, on the list."""
    body, rooms = decode(_new_entry, await _json(visit)), visit.lane.rooms
    with rooms.database.reader() as connection:
        one = rooms.risk.rulebook.named_list(connection, visit.scope["path_params"]["name"])
        values = _values(visit, connection, one.field, body)
    ends_us = None if body.expires_at is None else to_micros(body.expires_at)
    entries = [Entry(value, actor_of(visit, body.by), 0, ends_us, body.note) for value in values]
    added = await rooms.database.run_async(
        lambda tx: [rooms.risk.rulebook.add_entry(tx, one.name, entry) for entry in entries]
    )
    return json_reply(Entries(one.name, one.field, tuple(map(_entry, added))), 201)


async def drop_entry(visit: Visit) -> Reply:
    """Take a value, as the list shows it, off the list."""
    rooms, parameters = visit.lane.rooms, visit.scope["path_params"]
    with rooms.database.reader() as connection:
        one = rooms.risk.rulebook.named_list(connection, parameters["name"])
    value = _shown(one.field, parameters["value"])
    await rooms.database.run_async(lambda tx: rooms.risk.rulebook.drop_entry(tx, one.name, value))
    return json_reply({"name": one.name, "value": parameters["value"]})


async def add_snooze(visit: Visit) -> Reply:
    """Keep a rule from counting for one value until a moment."""
    body, rooms = decode(_new_snooze, await _json(visit)), visit.lane.rooms
    with rooms.database.reader() as connection:
        values = _values(visit, connection, body.field, body)
    by, until_us = actor_of(visit, body.by), to_micros(body.until)
    snoozes = [Snooze(body.rule, body.field, value, until_us, by, body.reason) for value in values]
    made = await rooms.database.run_async(lambda tx: [rooms.risk.rulebook.snooze(tx, one) for one in snoozes])
    return json_reply(Snoozes(tuple(map(_snooze, made))), 201)


async def read_snoozes(visit: Visit) -> Reply:
    """Answer which rules sleep for whom."""
    with visit.lane.rooms.database.reader() as connection:
        return json_reply(Snoozes(tuple(map(_snooze, visit.lane.rooms.risk.rulebook.snoozes(connection)))))


async def wake_rule(visit: Visit) -> Reply:
    """End a snooze."""
    rooms, parameters = visit.lane.rooms, visit.scope["path_params"]
    rule, field, value = parameters["rule"], parameters["field"], parameters["value"]
    await rooms.database.run_async(lambda tx: rooms.risk.rulebook.wake(tx, rule, field, _shown(field, value)))
    return json_reply({"rule": rule, "field": field, "value": value})


def _values(visit: Visit, connection: sqlite3.Connection, field: str, body: NewEntry | NewSnooze) -> list[bytes | str]:
    """Return the values that a body names.

    Raises:
        InvalidInput: when it names none, both ways, or a personal value as it is.
        NotFound: when there is no such order.
    """
    if (body.order is None) == (body.value is None):
        raise _wrong("/order", "Name an order whose value is meant, or a plain value: one of the two.")
    if body.order is not None:
        found = visit.lane.rooms.risk.values_of_order(connection, body.order, field)
        if not found:
            raise _wrong("/order", f"This order has no value of the field {field}.")
        return found
    if field not in PLAIN_FIELDS:
        raise _wrong("/value", f"Values of {field} are blinded: name an order that has it.")
    return [body.value or ""]


def _shown(field: str, text: str) -> bytes | str:
    """Return the value that a list shows as this text.

    Raises:
        NotFound: when it can be none.
    """
    try:
        return text if field in PLAIN_FIELDS else bytes.fromhex(text)
    except ValueError:
        raise NotFound from None


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))


async def _json(visit: Visit) -> bytes:
    body = await visit.body() or b"{}"
    refuse_leaks(body, read_json(body))
    return body


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.hex()


def _list(one: NamedList) -> ListView:
    return ListView(one.name, one.field, one.entries, one.author, from_micros(one.created_us))


def _entry(one: Entry) -> EntryView:
    ends = None if one.expires_us is None else from_micros(one.expires_us)
    return EntryView(_text(one.value), one.author, from_micros(one.added_us), ends, one.note)


def _snooze(one: Snooze) -> SnoozeView:
    return SnoozeView(one.rule, one.field, _text(one.value), from_micros(one.until_us), one.author, one.reason)


_route = partial(Route, tag="rules", roles=("operator",))

# fmt: off
ROUTES = (
    _route(method="POST", path="/v1/lists", action=add_list, summary="Make a list that rules can ask for",
           request=NewList, answers={201: ListView}, refusals=(Conflict,)),
    _route(method="GET", path="/v1/lists", action=read_lists, summary="List the lists", answers={200: Lists}),
    _route(method="GET", path="/v1/lists/{name}", action=read_entries, summary="Read what is on a list",
           answers={200: Entries}),
    _route(method="POST", path="/v1/lists/{name}/entries", action=add_entries, summary="Put a value on a list",
           request=NewEntry, answers={201: Entries}, refusals=(NotFound,)),
    _route(method="DELETE", path="/v1/lists/{name}/entries/{value}", action=drop_entry,
           summary="Take a value off a list", answers={200: None}),
    _route(method="POST", path="/v1/snoozes", action=add_snooze,
           summary="Keep a rule from counting for one value until a moment",
           request=NewSnooze, answers={201: Snoozes}, refusals=(NotFound,)),
    _route(method="GET", path="/v1/snoozes", action=read_snoozes, summary="List which rules sleep for whom",
           answers={200: Snoozes}),
    _route(method="DELETE", path="/v1/snoozes/{rule}/{field}/{value}", action=wake_rule, summary="End a snooze",
           answers={200: None}),
)
# fmt: on
