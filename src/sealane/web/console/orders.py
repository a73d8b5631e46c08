"""The orders page: a list whose filters are its address, a page at a time, newest first."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar, cast
from urllib.parse import urlencode

import msgspec

from sealane.model.clock import from_micros, to_micros
from sealane.model.codes import Currency
from sealane.model.decision import STAGES, Outcome, Stage
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.money import Money
from sealane.storage import figures, orderbook
from sealane.web.console.gate import Look, page
from sealane.web.console.wording import OUTCOMES

__all__ = ["Filters", "Merchant", "OrderRow", "OrdersView", "address", "read", "read_filters", "routes"]

PATH = "/console/orders"
PAGE = 50
T = TypeVar("T", bound=str)
_LANE = re.compile(r"([A-Za-z]{2}|\?)-([A-Za-z]{2}|\?)")


class Filters(msgspec.Struct, frozen=True):
    """What the address asks for; absent means all."""

    merchant: str | None = None
    lane: str | None = None
    stage: Stage | None = None
    outcome: Outcome | None = None
    from_at: datetime | None = None
    to_at: datetime | None = None

    @property
    def from_text(self) -> str:
        """The first moment as a form field takes it."""
        return _field(self.from_at)

    @property
    def to_text(self) -> str:
        """The last moment as a form field takes it."""
        return _field(self.to_at)


class Merchant(msgspec.Struct, frozen=True):
    """A merchant to filter by."""

    party_id: str
    name: str


class OrderRow(msgspec.Struct, frozen=True):
    """One order in the list, with its latest decision."""

    order_id: str
    reference: str
    merchant: str
    origin: str | None
    destination: str | None
    amount: Money
    stage: Stage
    outcome: Outcome
    score: float
    observed_at: datetime


class OrdersView(msgspec.Struct, frozen=True):
    """One page of orders; the addresses of other pages keep the filters."""

    filters: Filters
    merchants: tuple[Merchant, ...]
    items: tuple[OrderRow, ...]
    first_page: str | None
    next_page: str | None

    @property
    def is_filtered(self) -> bool:
        """Whether anything is asked for at all."""
        return self.filters != Filters()


def read(look: Look) -> OrdersView:
    """Return the page of orders that the address asks for.

    Raises:
        InvalidInput: naming each parameter that cannot be meant.
    """
    filters = read_filters(look.query)
    names = {party.party_id: party.name for party in figures.merchants(look.conn)}
    found = orderbook.page(look.conn, _wanted(filters), PAGE, look.query.get("cursor") or None)
    return OrdersView(
        filters=filters,
        merchants=tuple(Merchant(*pair) for pair in sorted(names.items(), key=lambda pair: pair[1].casefold())),
        items=tuple(_row(line, names) for line in found.items),
        first_page=address(filters) if look.query.get("cursor") else None,
        next_page=address(filters, cursor=found.next_cursor) if found.next_cursor else None,
    )


def read_filters(query: Mapping[str, str]) -> Filters:
    """Return the filters of an address; empty parameters count as absent.

    Raises:
        InvalidInput: naming each parameter that cannot be meant.
    """
    given = {name: text for name, text in query.items() if text}
    faults: list[FieldError] = []
    filters = Filters(
        merchant=given.get("merchant"),
        lane=_lane(given, faults),
        stage=_one_of(given, "stage", STAGES, faults),
        outcome=_one_of(given, "outcome", tuple(OUTCOMES), faults),
        from_at=_time(given, "from", faults),
        to_at=_time(given, "to", faults),
    )
    if faults:
        raise InvalidInput("The address has filters that cannot be meant.", errors=tuple(faults))
    return filters


def address(filters: Filters, *, cursor: str | None = None) -> str:
    """Return the address of the list under these filters."""
    asked = {
        "merchant": filters.merchant,
        "lane": filters.lane,
        "stage": filters.stage,
        "outcome": filters.outcome,
        "from": filters.from_text,
        "to": filters.to_text,
        "cursor": cursor,
    }
    query = urlencode({name: text for name, text in asked.items() if text})
    return f"{PATH}?{query}" if query else PATH


def _wanted(filters: Filters) -> orderbook.OrderFilter:
    origin, destination = _ends(filters.lane)
    return orderbook.OrderFilter(
        merchant_id=filters.merchant,
        stage=filters.stage,
        outcome=filters.outcome,
        from_us=to_micros(filters.from_at) if filters.from_at else None,
        to_us=to_micros(filters.to_at) if filters.to_at else None,
        from_country=origin,
        to_country=destination,
    )


def _ends(lane: str | None) -> tuple[str | None, str | None]:
    """Return where a lane begins and ends as the order book has it; `?` is the country that is not known."""
    if lane is None:
        return None, None
    origin, _, destination = lane.replace("?", "").partition("-")
    return origin, destination


def _row(line: orderbook.OrderLine, names: dict[str, str]) -> OrderRow:
    return OrderRow(
        order_id=line.order_id,
        reference=line.reference,
        merchant=names.get(line.merchant_id, line.merchant_id),
        origin=line.from_country or None,
        destination=line.to_country or None,
        amount=Money(line.amount_minor, cast("Currency", line.currency)),
        stage=line.stage,
        outcome=line.outcome,
        score=line.score,
        observed_at=from_micros(line.observed_us),
    )


def _lane(given: dict[str, str], faults: list[FieldError]) -> str | None:
    text = given.get("lane")
    if text is None:
        return None
    found = _LANE.fullmatch(text.strip())
    if found is None:
        faults.append(FieldError("/lane", "pattern", "Write two countries, from and to, such as CN-DE."))
        return None
    return text.strip().upper()


def _one_of(given: dict[str, str], name: str, allowed: tuple[T, ...], faults: list[FieldError]) -> T | None:
    text = given.get(name)
    for one in allowed:
        if one == text:
            return one
    if text is None:
        return None
    faults.append(FieldError(f"/{name}", "not-allowed", f"Use one of {', '.join(allowed)}."))
    return None


def _time(given: dict[str, str], name: str, faults: list[FieldError]) -> datetime | None:
    """Return a time; one without a zone, as form fields send it, is UTC."""
    text = given.get(name)
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        faults.append(FieldError(f"/{name}", "not-a-time", "Write a UTC time such as 2026-11-22T09:30."))
        return None


def _field(at: datetime | None) -> str:
    return "" if at is None else at.strftime("%Y-%m-%dT%H:%M:%S" if at.second else "%Y-%m-%dT%H:%M")


routes = page(PATH, "orders.html", read)
