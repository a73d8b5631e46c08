"""Planning the import of NDJSON (one JSON document a line): bodies of `POST /v1/orders` and of `POST /v1/events`.

    {"reference": "SO-10023", "placed_at": "2026-11-22T09:30:00Z", ..., "order_key": "o-17"}
    {"id": "scan-1", "kind": "consignment.delivered", "occurred_at": "2026-11-25T10:00:00Z", "order_key": "o-17"}

`order_key` ties an event to its order where the event names none itself. A line without `observed_at` is observed in
file order, never earlier than the line before it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from sealane.cli.imports.plan import Item, Plan, Refusal, stamp
from sealane.cli.imports.rows.textfile import file_refused, read_lines
from sealane.model.clock import to_micros
from sealane.model.decoding import decode_event, decode_order, read_json
from sealane.model.errors import FieldError, InvalidInput, MalformedBody

__all__ = ["REJECTED", "plan_lines"]

REJECTED = "sealane_rejected"
"""The member a rejects file adds to a line; it is dropped when the line is imported again."""

_encode = msgspec.json.Encoder().encode
_NAMES = ("order", "consignment", "reference", "tracking_number")
Tick = Callable[[int], None]


def plan_lines(path: Path, events: Path | None = None, *, tick: Tick = lambda _line: None) -> Plan:
    """Read a file of orders and, if given, one of events; `tick` is told the line reached.

    Raises:
        InvalidInput: when a file is not UTF-8 or ends in the middle of a line; nothing is stored then.
    """
    plan = Plan()
    by_key: dict[str, Item] = {}
    observed_us = 0
    for line, text in _lines(path):
        tick(line)
        plan.orders += 1
        try:
            document = _parse(text)
            key = document.pop("order_key", None)
            item = _order(line, document, observed_us)
        except InvalidInput as refusal:
            plan.refusals[line] = Refusal.of(line, refusal)
            continue
        observed_us = item.observed_us
        plan.items.append(item)
        if key is not None:
            by_key[str(key)] = item
    plan.rows = plan.orders
    if events is not None:
        plan.items += _events(events, plan, by_key)
    plan.sort()
    return plan


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank with their numbers; a last line that was cut off refuses the file."""
    for line, text in enumerate(read_lines(path), start=1):
        if not text.endswith("\n"):
            _refuse_cut_off(path, line, text)
        if text.strip():
            yield line, text


def _refuse_cut_off(path: Path, line: int, text: str) -> None:
    try:
        read_json(text.encode())
    except MalformedBody:
        remedy = "Export the file again; nothing of it was stored."
        raise file_refused(
            path, line, "truncated", "the file ends in the middle of this line.", remedy=remedy
        ) from None


def _parse(text: str) -> dict[str, Any]:
    document = read_json(text.encode())
    if not isinstance(document, dict):
        raise MalformedBody("The line is no JSON object.")
    document.pop(REJECTED, None)
    return document


def _order(line: int, document: dict[str, Any], not_before_us: int) -> Item:
    request = decode_order(_encode(document))
    observed_us = max(not_before_us, to_micros(request.observed_at or request.placed_at))
    body = _encode(document | {"observed_at": stamp(observed_us)})
    return Item(observed_us, is_event=False, line=line, name=request.reference, body=body)


def _events(path: Path, plan: Plan, by_key: dict[str, Item]) -> Iterator[Item]:
    not_before_us = 0
    for line, text in _lines(path):
        try:
            document = _parse(text)
            order = by_key.get(str(document.pop("order_key", "")))
            item = _event(line, document, order, not_before_us)
        except InvalidInput as refusal:
            plan.event_refusals[line] = Refusal.of(line, refusal)
            continue
        not_before_us = item.observed_us
        yield item


def _event(line: int, document: dict[str, Any], order: Item | None, not_before_us: int) -> Item:
    if not any(document.get(name) for name in _NAMES):
        if order is None:
            detail = "The event names no order of this file."
            raise InvalidInput(detail, errors=(FieldError("/order_key", "missing", detail),))
        document["reference"] = order.name
    request = decode_event(_encode(document))
    told_us = to_micros(request.observed_at or request.occurred_at)
    observed_us = max(not_before_us, told_us, order.observed_us if order else 0)
    body = _encode(document | {"observed_at": stamp(observed_us)})
    return Item(observed_us, is_event=True, line=line, name=request.id, body=body)
