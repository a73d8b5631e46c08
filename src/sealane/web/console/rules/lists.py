"""Lists and snoozes: values that rules ask for, and rules that sleep for one value; both by the order that has it."""

from datetime import datetime, timedelta

import msgspec
from starlette.responses import Response

from sealane.model.clock import from_micros, to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.risk.rulebook import LIST_FIELDS, PLAIN_FIELDS, Entry, Snooze
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, page
from sealane.web.console.rules.overview import PATH

__all__ = ["LISTS", "EntryRow", "ListRow", "ListsView", "SnoozeRow", "read", "routes"]

LISTS = f"{PATH}/lists"
_MOST_DAYS = 3_650
_SHOWN = 100


class EntryRow(msgspec.Struct, frozen=True):
    """One value on a list; a blinded one is shown by its link in hexadecimal."""

    value: str
    author: str
    added_at: datetime
    expires_at: datetime | None
    note: str | None


class ListRow(msgspec.Struct, frozen=True):
    """A list with its newest values."""

    name: str
    field: str
    entries: int
    author: str
    created_at: datetime
    shown: tuple[EntryRow, ...]


class SnoozeRow(msgspec.Struct, frozen=True):
    """A rule that sleeps for one value."""

    rule: str
    field: str
    value: str
    until: datetime
    is_over: bool
    author: str
    reason: str


class ListsView(msgspec.Struct, frozen=True):
    """The page; `plain` fields may be given as they are, all others by an order."""

    lists: tuple[ListRow, ...]
    snoozes: tuple[SnoozeRow, ...]
    fields: tuple[str, ...]
    plain: tuple[str, ...]
    rules: tuple[str, ...]


def read(look: Look) -> ListsView:
    """Return all lists and snoozes."""
    book = look.lane.rooms.risk.rulebook
    return ListsView(
        lists=tuple(
            ListRow(
                one.name,
                one.field,
                one.entries,
                one.author,
                from_micros(one.created_us),
                tuple(_entry(each) for each in book.entries(look.conn, one.name)[:_SHOWN]),
            )
            for one in book.lists(look.conn)
        ),
        snoozes=tuple(_snooze(each, look.now_us) for each in book.snoozes(look.conn)),
        fields=LIST_FIELDS,
        plain=PLAIN_FIELDS,
        rules=tuple(book.policy.codes),
    )


async def _add_list(sent: Sent) -> Response:
    book = sent.lane.rooms.risk.rulebook
    name, field = sent.text("name"), sent.text("field")
    await sent.run(lambda tx: book.add_list(tx, name, field, sent.by))
    return sent.go(LISTS)


async def _add_entry(sent: Sent) -> Response:
    """Put an order's own values, or a plain one, on a list."""
    book, name = sent.lane.rooms.risk.rulebook, sent.text("name")
    with sent.lane.rooms.database.reader() as conn:
        one = book.named_list(conn, name)
    values, ends_us = _values(sent, one.field), _end(sent)
    note = sent.words("note", most=500) if sent.text("note") else None
    entries = [Entry(value, sent.by, 0, ends_us, note) for value in values]
    await sent.run(lambda tx: [book.add_entry(tx, name, entry) for entry in entries])
    return sent.go(LISTS)


async def _drop_entry(sent: Sent) -> Response:
    book, name = sent.lane.rooms.risk.rulebook, sent.text("name")
    with sent.lane.rooms.database.reader() as conn:
        one = book.named_list(conn, name)
    value = _shown(one.field, sent.text("value"))
    await sent.run(lambda tx: book.drop_entry(tx, name, value))
    return sent.go(LISTS)


async def _add_snooze(sent: Sent) -> Response:
    book, rule, field = sent.lane.rooms.risk.rulebook, sent.text("rule"), sent.text("field")
    until_us, reason = _end(sent), sent.words("reason", most=500)
    if until_us is None:
        raise _wrong("/days", "Say for how many days the rule sleeps.")
    snoozes = [Snooze(rule, field, value, until_us, sent.by, reason) for value in _values(sent, field)]
    await sent.run(lambda tx: [book.snooze(tx, one) for one in snoozes])
    return sent.go(LISTS)


async def _wake(sent: Sent) -> Response:
    book, rule, field = sent.lane.rooms.risk.rulebook, sent.text("rule"), sent.text("field")
    value = _shown(field, sent.text("value"))
    await sent.run(lambda tx: book.wake(tx, rule, field, value))
    return sent.go(LISTS)


def _values(sent: Sent, field: str) -> list[bytes | str]:
    """Return the values that a form means: an order's own ones, or the plain one it gives.

    Raises:
        InvalidInput: when neither can be meant.
    """
    text = sent.text("value")
    if text.startswith("ord_"):
        with sent.lane.rooms.database.reader() as conn:
            found = sent.lane.rooms.risk.values_of_order(conn, text, field)
        if not found:
            raise _wrong("/value", f"This order has no value of the field {field}.")
        return found
    if field not in PLAIN_FIELDS:
        raise _wrong("/value", f"Values of {field} are blinded: give the id of an order that has it, ord_...")
    return [sent.words("value", most=100)]


def _end(sent: Sent) -> int | None:
    """Return when it ends, from a number of days; never when none is given."""
    text = sent.text("days")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _MOST_DAYS):
        raise _wrong("/days", f"Write a number of days from 1 to {_MOST_DAYS}.")
    return to_micros(from_micros(sent.lane.clock()) + timedelta(days=int(text)))


def _shown(field: str, text: str) -> bytes | str:
    """Return the value that the page shows as this text."""
    try:
        return text if field in PLAIN_FIELDS else bytes.fromhex(text)
    except ValueError:
        raise _wrong("/value", "There is no such value.") from None


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, "not-allowed", detail),))


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.hex()


def _entry(one: Entry) -> EntryRow:
    ends = None if one.expires_us is None else from_micros(one.expires_us)
    return EntryRow(_text(one.value), one.author, from_micros(one.added_us), ends, one.note)


def _snooze(one: Snooze, now_us: int) -> SnoozeRow:
    until = from_micros(one.until_us)
    return SnoozeRow(one.rule, one.field, _text(one.value), until, one.until_us <= now_us, one.author, one.reason)


_again = showing("rules_lists.html", read, LISTS)

routes = [
    *page(LISTS, "rules_lists.html", read),
    action(f"{LISTS}/new", _add_list, _again),
    action(f"{LISTS}/entries", _add_entry, _again),
    action(f"{LISTS}/entries/drop", _drop_entry, _again),
    action(f"{LISTS}/snoozes", _add_snooze, _again),
    action(f"{LISTS}/snoozes/wake", _wake, _again),
]
