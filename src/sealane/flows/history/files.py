"""The three files: orders.ndjson, events.ndjson and truth.csv, read in the order in which things became known.

Orders and events are merged by `observed_at`. Rows without one are observed in file order: when they happened, yet
never before the row above. A file may also be sorted by when things happened, or order by order; then its rows are put
in order first. Anything else is a clock that goes backwards, and is refused by line.
"""

import csv
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import merge
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from sealane.flows.history.lenient import LenientDecoder
from sealane.flows.history.lines import read_lines, refuse
from sealane.model.clock import to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.event import EVENT_KINDS, Attributes, EventRequest
from sealane.model.order import OrderRequest

__all__ = ["EventRow", "HistoryFiles", "OrderRow", "Row", "Truth"]

ORDERS, EVENTS, TRUTH = "orders.ndjson", "events.ndjson", "truth.csv"
CLOCK_SKEW_US = 600_000_000
"""Clocks of two parties differ by up to ten minutes; more is a mistake in the file."""

_REWRITE = "Write the file again, or remove the line."
_YES, _NO = {"1", "true"}, {"0", "false"}


class OrderRow(OrderRequest, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """One line of orders.ndjson."""

    order_key: str | None = None


class EventRow(EventRequest, frozen=True, kw_only=True, forbid_unknown_fields=False):
    """One line of events.ndjson, with the attributes that signals know."""

    id: str = ""
    attributes: Attributes = Attributes()  # type: ignore[assignment]  # the API keeps them raw, to seal them whole
    order_key: str | None = None


class Truth(msgspec.Struct, frozen=True):
    """One line of truth.csv."""

    is_fraud: bool
    typology: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One order or event with its line, its two times in microseconds, and the order it belongs to."""

    number: int
    occurred_us: int
    observed_us: int
    key: str
    content: OrderRow | EventRow


@dataclass
class HistoryFiles:
    """The files of one folder; `notes` says, after reading, what was passed over and how often."""

    folder: Path
    on_bytes: Callable[[int], None] = lambda _: None
    notes: dict[str, int] = field(default_factory=dict)
    _keys: dict[str, str] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)

    @property
    def size(self) -> int:
        """How many bytes there are to read, for a progress bar."""
        paths = [self.folder / name for name in (ORDERS, EVENTS)]
        return sum(path.stat().st_size for path in paths if path.is_file())

    def rows(self) -> Iterator[Row]:
        """Yield all orders and events in the order in which they became known.

        Raises:
            InvalidInput: naming file and line, when a row cannot be used.
        """
        with _unscanned():
            orders = _in_order(self.folder / ORDERS, list(self._orders()))
            if not orders:
                raise _whole(ORDERS, "holds no order")
            self._known = {row.key for row in orders}
            events = _in_order(self.folder / EVENTS, list(self._events()))
        yield from merge(orders, events, key=lambda row: row.observed_us)

    def truth(self) -> dict[str, Truth]:
        """Return the truth of every order by its key.

        Raises:
            InvalidInput: naming the line of an unknown or repeated order, or a value that is neither yes nor no.
        """
        path = self.folder / TRUTH
        lines = [(number, body.decode()) for number, body in read_lines(path, lambda _: None)]
        if not lines or not lines[0][1].startswith("order_key,is_fraud"):
            raise _whole(TRUTH, "has no heading order_key,is_fraud,typology,stage")
        found: dict[str, Truth] = {}
        for (number, _), cells in zip(lines[1:], csv.reader(text for _, text in lines[1:]), strict=True):
            key, verdict, typology, stage = (*cells, "", "", "")[:4]
            if key not in self._known:
                refuse(path, number, f"There is no order `{key[:40]}` in {ORDERS}", "Give the files of one world.")
            if key in found or verdict.lower() not in _YES | _NO:
                what = "The order stands twice" if key in found else "is_fraud is neither 0 nor 1"
                refuse(path, number, what, _REWRITE)
            found[key] = Truth(verdict.lower() in _YES, typology, stage)
        missing = next((key for key in self._known if key not in found), None)
        if missing is not None:
            raise _whole(TRUTH, f"does not tell of order `{missing[:40]}`; it may be cut off")
        return found

    def _orders(self) -> Iterator[Row]:
        """Yield the orders as they stand in their file."""
        path = self.folder / ORDERS
        decoder = LenientDecoder(OrderRow, {"shopper": {}, "consignments": []})
        newest, seen = 0, set()
        for number, body in read_lines(path, self.on_bytes):
            row = _decode(decoder, path, number, body)
            key = row.order_key or row.reference
            if key in seen:
                refuse(path, number, f"The order `{key[:40]}` stands twice", _REWRITE)
            seen.add(key)
            self._name(key, row)
            placed_us = to_micros(row.placed_at)
            newest = _observed(path, number, placed_us, row.observed_at, newest)
            yield Row(number, placed_us, newest, key, row)
        self._note(ORDERS, decoder.dropped)

    def _name(self, key: str, row: OrderRow) -> None:
        """Remember by what an order is named in events."""
        self._keys.setdefault(row.reference, key)
        self._keys[key] = key
        for consignment in row.consignments:
            if consignment.tracking_number:
                self._keys.setdefault(consignment.tracking_number, key)

    def _events(self) -> Iterator[Row]:
        """Yield the events as they stand in their file, without those of unknown kinds or orders."""
        path = self.folder / EVENTS
        decoder = LenientDecoder(EventRow, {})
        newest = total = 0
        orphans: list[int] = []
        for number, body in read_lines(path, self.on_bytes):
            total += 1
            row = self._event(decoder, path, number, body)
            if row is None:
                continue
            names = (row.order_key, row.order, row.reference, row.consignment, row.tracking_number)
            key = next((self._keys[name] for name in names if name in self._keys), None)
            if key is None:
                orphans.append(number)
                continue
            occurred_us = to_micros(row.occurred_at)
            newest = _observed(path, number, occurred_us, row.observed_at, newest)
            yield Row(number, occurred_us, newest, key, row)
        self._judge_orphans(path, orphans, total)
        self._note(EVENTS, decoder.dropped)

    def _event(self, decoder: LenientDecoder, path: Path, number: int, body: bytes) -> EventRow | None:
        """Return one event, or None when its kind is none of ours."""
        try:
            row: EventRow = _decode(decoder, path, number, body)
        except InvalidInput:
            if _kind(body) in {None, *EVENT_KINDS}:
                raise
            self.notes["events of unknown kinds"] = self.notes.get("events of unknown kinds", 0) + 1
            return None
        return row

    def _judge_orphans(self, path: Path, orphans: list[int], total: int) -> None:
        """Pass over few events without an order; many mean that the files do not belong together."""
        if len(orphans) * 100 > total:
            refuse(
                path,
                orphans[0],
                f"The event names no order of {ORDERS}, like {len(orphans) - 1} others",
                f"{ORDERS} may be cut off; give the files of one world.",
            )
        if orphans:
            self.notes["events without an order"] = len(orphans)

    def _note(self, name: str, dropped: dict[str, int]) -> None:
        """Keep how often a member was ignored."""
        for title, count in dropped.items():
            self.notes[f"{name}: {title}"] = count


@contextmanager
def _unscanned() -> Iterator[None]:
    """Keep the collector from looking for cycles among a million records that have none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _observed(path: Path, number: int, occurred_us: int, told: Any, newest: int) -> int:
    """Return when a row became known."""
    if told is None:
        return max(occurred_us, newest)
    observed_us = to_micros(told)
    if observed_us < occurred_us - CLOCK_SKEW_US:
        refuse(path, number, "The clock goes backwards: this was observed before it happened", _REWRITE)
    return observed_us


def _in_order(path: Path, rows: list[Row]) -> list[Row]:
    """Return a file's rows by the time they became known; ties stay as they stand."""
    back = _first_back([row.observed_us for row in rows])
    if back is None:
        return rows
    keys = [row.key for row in rows]
    runs = 1 + sum(left != right for left, right in pairwise(keys))
    is_by_order = runs == len(set(keys))
    if not is_by_order and _first_back([row.occurred_us for row in rows]) is not None:
        refuse(path, rows[back].number, "The clock goes backwards: the row above was observed later", _REWRITE)
    return sorted(rows, key=lambda row: row.observed_us)


def _first_back(times: list[int]) -> int | None:
    """Return where a run of times first goes back."""
    return next((index for index in range(1, len(times)) if times[index] < times[index - 1]), None)


def _decode(decoder: LenientDecoder, path: Path, number: int, body: bytes) -> Any:
    """Return the record of one line.

    Raises:
        InvalidInput: when it is none.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as refusal:
        return refuse(path, number, str(refusal).replace("`", ""), _REWRITE)
    except (msgspec.DecodeError, RecursionError):
        is_cut = body[:1] == b"{" and body[-1:] != b"}"
        return refuse(path, number, "The line is cut off" if is_cut else "The line is no JSON document", _REWRITE)


def _kind(body: bytes) -> Any:
    """Return the kind that a document names."""
    try:
        return msgspec.json.decode(body).get("kind")
    except (msgspec.DecodeError, AttributeError):
        return None


def _whole(name: str, what: str) -> InvalidInput:
    """Return the refusal of a whole file."""
    detail = f"{name} {what}."
    remedy = "Give a folder with the three files of one world; `sealane simulate` writes them."
    return InvalidInput(detail, remedy=remedy, errors=(FieldError(name, "bad-file", detail),))
