"""From a source's own words to our kinds of events: a pure reading of the paths that the source's data names."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from sealane.interchange.inbox.letter import Letter, find, find_all, text_at
from sealane.interchange.inbox.source import EventShape, Source
from sealane.model.codes import CURRENCIES
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.event import EventKind
from sealane.model.money import MAX_MINOR, Money, parse_decimal

__all__ = ["MappedEvent", "map_document", "map_events"]

LONGEST_ID = 190
LONGEST_NUMBER = 64
MOST_ITEMS = 100
_COUNTRY_LETTERS = 2


class MappedEvent(msgspec.Struct, frozen=True):
    """What a source says happened, as little as the story needs; `kind` None is something we do not follow."""

    id: str
    kind: EventKind | None
    occurred_at: datetime | None = None
    reference: str | None = None
    tracking_number: str | None = None
    attributes: dict[str, Any] = {}


def map_events(source: Source, letter: Letter) -> list[MappedEvent]:
    """Return the events of a letter.

    Raises:
        InvalidInput: when the letter holds none, too many, or one without the id that makes it count once.
    """
    return map_document(source.events, letter.document, letter)


def map_document(shape: EventShape, document: Any, letter: Letter | None = None) -> list[MappedEvent]:
    """Return the events of a decoded document.

    Raises:
        InvalidInput: as `map_events`.
    """
    items = list(find_all(document, shape.items)) if shape.items else [document]
    if not 0 < len(items) <= MOST_ITEMS:
        raise _missing("/", f"A message holds 1 to {MOST_ITEMS} events.")
    return [_map(shape, item, letter) for item in items]


def _map(shape: EventShape, item: Any, letter: Letter | None) -> MappedEvent:
    names = [_text(item, path, letter) for path in shape.id]
    if not names or not names[0]:
        raise _missing("/" + shape.id[0].replace(".", "/"), "The event has no id, so it could count twice.")
    selected = shape.select_prefix + ":".join(text_at(item, path) or "" for path in shape.selector)
    return MappedEvent(
        ":".join(name or "" for name in names)[:LONGEST_ID],
        shape.kinds.get(selected),
        _time(shape, item),
        _first(item, shape.reference, LONGEST_ID),
        _first(item, shape.tracking_number, LONGEST_NUMBER),
        _attributes(shape, item) | _verdict(shape.kinds.get(selected)),
    )


def _text(item: Any, path: str, letter: Letter | None) -> str | None:
    if path.startswith("header:"):
        return letter.at(path) if letter else None
    return text_at(item, path)


def _first(item: Any, paths: Iterable[str], longest: int) -> str | None:
    found = (text_at(item, path) for path in paths)
    return next((text for text in found if text and len(text) <= longest), None)


def _time(shape: EventShape, item: Any) -> datetime | None:
    """Return the event's own time; None when it says none that can be read."""
    value = find(item, shape.time) if shape.time else None
    try:
        if shape.time_unit == "iso":
            moment = datetime.fromisoformat(value) if isinstance(value, str) else None
            return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            return None
        return datetime.fromtimestamp(value / (1000 if shape.time_unit == "unix_ms" else 1), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _attributes(shape: EventShape, item: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    amount = _amount(shape, item)
    if amount is not None:
        found["amount"] = {"amount_minor": amount.amount_minor, "currency": amount.currency}
    country = text_at(item, shape.country) if shape.country else None
    place = {"country": country.upper()} if country and len(country) == _COUNTRY_LETTERS else {}
    postcode = text_at(item, shape.postcode) if shape.postcode else None
    if postcode and len(postcode) <= LONGEST_NUMBER:
        place["postcode"] = postcode
    if place:
        found["location"] = place
    reason = text_at(item, shape.reason_code) if shape.reason_code else None
    if reason:
        found["reason_code"] = reason[:LONGEST_NUMBER]
    carrier = text_at(item, shape.carrier) if shape.carrier else None
    if carrier:
        found["carrier"] = carrier[:LONGEST_NUMBER]
    return found


def _verdict(kind: EventKind | None) -> dict[str, str]:
    """Return what a source's verdict is: issuers report frauds, and nobody reports an order to be genuine."""
    return {"verdict": "fraud"} if kind == "verdict.recorded" else {}


def _amount(shape: EventShape, item: Any) -> Money | None:
    currencies = (shape.currency,) if isinstance(shape.currency, str) else shape.currency
    currency: Any = (_first(item, currencies, 3) or "").upper()
    if currency not in CURRENCIES:
        return None
    for path in shape.amount_minor:
        value = find(item, path)
        if type(value) is int and 0 <= value <= MAX_MINOR:
            return Money(value, currency)
    for path in shape.amount_major:
        text = text_at(item, path)
        if text:
            return _major(text, currency)
    return None


def _major(text: str, currency: Any) -> Money | None:
    try:
        return parse_decimal(text, currency)
    except InvalidInput:
        return None


def _missing(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, "missing", detail),))
