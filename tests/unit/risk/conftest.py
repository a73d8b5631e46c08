"""Facts, orders and a brute-force reading of every signal, against which the fast one is held."""

import itertools
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sealane.model.consignment import Consignment, Item
from sealane.model.event import Event
from sealane.model.ids import new_id
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Card, Payment
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits, EventSeal, OrderLinks, OrderSeal, OrderTraits
from sealane.risk.facts import FIELD_GROUPS, NOWHERE, Act, Fact, Parcel, Payer, field_of
from sealane.risk.policy import RiskPolicy, default_policy
from sealane.risk.room import Risk
from sealane.risk.signals.declaration import (
    Condition,
    Differs,
    Distance,
    Earliest,
    Ever,
    Gap,
    Keyed,
    Latest,
    Novel,
    Present,
    Ratio,
    Since,
    Value,
    Window,
    micros,
)
from sealane.risk.signals.series import SERIES
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000

_numbers = itertools.count(1)


def link(text: str) -> bytes:
    return text.encode().ljust(16, b".")


@pytest.fixture(scope="session")
def policy() -> RiskPolicy:
    return default_policy()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "lane")
    yield database
    database.close()


@pytest.fixture
def risk(database: Database, policy: RiskPolicy) -> Risk:
    return Risk.open(database, policy)


@pytest.fixture(scope="session")
def make_fact() -> Callable[..., Fact]:
    return build_fact


def build_fact(kind: Any = "order", at: int = START_US, **fields: Any) -> Fact:
    """A fact of one consignment (or of those given as `parcels`), its fields told by name alone."""
    number = next(_numbers)
    groups: dict[str, dict[str, Any]] = {"fact": {}, "payer": {}, "parcel": {}, "act": {}}
    parcels = fields.pop("parcels", None)
    for field, value in fields.items():
        groups[FIELD_GROUPS[field]][field] = value
    head: dict[str, Any] = {
        "event_id": f"evt_{number}",
        "order_id": f"ord_{number}",
        "occurred_us": at,
        "failed": 0,
    } | groups["fact"]
    payer: dict[str, Any] = {"merchant": "mer_1", "method": "card", "placed_us": at, "parcel_count": 1} | groups[
        "payer"
    ]
    act = None if kind == "order" else Act(**{"is_confirmed": True} | groups["act"])
    whole = (Parcel(**groups["parcel"]),) if parcels is None else tuple(Parcel(**parcel) for parcel in parcels)
    return Fact(kind=kind, observed_us=at, payer=Payer(**payer), parcels=whole, act=act, **head)


@pytest.fixture(scope="session")
def make_order() -> Callable[..., Order]:
    return build_order


def build_order(at: int = START_US, **changes: Any) -> Order:
    """An honest order of one lamp; changes to links and traits are told as `links`, `to` and so on."""
    number = next(_numbers)
    amount = changes.pop("amount", Money(12_990, "EUR"))
    links = {"account": link("account"), "card": link("card"), "device": link("device"), "ip": link("ip")}
    to = {"address": link("address"), "name": link("name"), "phone": link("phone")}
    seal = OrderSeal(
        "sub_1",
        "rec_1",
        OrderLinks(**links | changes.pop("links", {})),
        OrderTraits(**changes.pop("traits", {})),
        (ConsignmentLinks(**to | changes.pop("to", {})),),
        (ConsignmentTraits(**changes.pop("about", {})),),
    )
    lamp = Item("LMP-1", "LED desk lamp", "940521", 1, amount, "home")
    parcel = {"shipper_country": "CN", "weight_grams": 800, "declared_value": amount, "items": (lamp,)}
    consignment = Consignment(new_id("cns"), "PT", **parcel | changes.pop("parcel", {}))
    payment = Payment("card", amount, card=Card(bin="42424242", country="PT"), avs="Y", cvc="M", billing_country="PT")
    values: dict[str, Any] = {
        "order_id": new_id("ord"),
        "merchant_id": "mer_1",
        "reference": f"SO-{number}",
        "placed_us": at - 1_000,
        "observed_us": at,
        "payment": msgspec.structs.replace(payment, **changes.pop("payment", {})),
        "consignments": (consignment,),
        "seal": seal,
        "account_created_us": at - micros("400d"),
    }
    return Order(**values | changes)


@pytest.fixture(scope="session")
def make_event() -> Callable[..., Event]:
    def make(order: Order, kind: str, at: int, seal: dict[str, Any] | None = None, **changes: Any) -> Event:
        values: dict[str, Any] = {
            "event_id": new_id("evt"),
            "source": "pty_1",
            "source_event_id": f"s-{next(_numbers)}",
            "kind": kind,
            "occurred_us": at - 500,
            "observed_us": at,
            "order_id": order.order_id,
            "accepted_as": "confirmed",
            "seal": EventSeal("rec_2", **seal or {}),
            "consignment_id": order.consignments[0].consignment_id,
        }
        return Event(**values | changes)

    return make


@pytest.fixture(scope="session")
def oracle() -> Callable[[tuple[Any, ...], list[Fact], Fact], tuple[Any, ...]]:
    return read_slowly


def read_slowly(signals: tuple[Any, ...], history: list[Fact], fact: Fact) -> tuple[Any, ...]:
    """Every signal straight from its definition: filter all facts, then count."""
    past = [one for one in history if one.observed_us < fact.observed_us]
    rows = [_read_parcel(signals, past, fact, parcel) for parcel in fact.parcels or (NOWHERE,)]
    merged: list[Any] = []
    for signal in signals:
        known = [row[signal.name] for row in rows if row[signal.name] is not None]
        if not known:
            merged.append(None)
        elif signal.worst == "first":
            merged.append(known[0])
        else:
            merged.append(min(known) if signal.worst == "low" else max(known))
    return tuple(merged)


def _read_parcel(signals: tuple[Any, ...], past: list[Fact], fact: Fact, parcel: Parcel) -> dict[str, Any]:
    values: dict[str, Any] = {}

    def word(text: str) -> Any:
        return values[text] if text in values else field_of(fact, parcel, text)

    for signal in signals:
        if isinstance(signal, Keyed):
            values[signal.name] = _read_keyed(signal, past, fact, parcel)
        elif isinstance(signal, Value):
            values[signal.name] = word(signal.field)
        elif isinstance(signal, Present):
            values[signal.name] = word(signal.field) is not None
        elif isinstance(signal, Differs):
            pair = word(signal.left), word(signal.right)
            values[signal.name] = None if None in pair else pair[0] != pair[1]
        elif isinstance(signal, Ratio):
            over, under = word(signal.over), word(signal.under)
            known = over is not None and under is not None and under >= signal.least
            values[signal.name] = over / under if known else None
        elif isinstance(signal, Distance):
            values[signal.name] = _read_distance(word(signal.left), word(signal.right))
        elif isinstance(signal, Gap):
            pair = word(signal.start), word(signal.end)
            values[signal.name] = None if None in pair else pair[1] - pair[0]
    return values


def _read_distance(left: str | None, right: str | None) -> int | None:
    """By the chord through the Earth, where the product takes haversines."""
    if left is None or right is None:
        return None
    chord = math.dist(_on_sphere(left), _on_sphere(right))
    return round(2 * 6371.0088 * math.asin(min(1.0, chord / 2)))


def _on_sphere(point: str) -> tuple[float, float, float]:
    lat, lon = (math.radians(float(degrees)) for degrees in point.split(","))
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _read_keyed(  # noqa: PLR0911 - one answer a form
    signal: Any, past: list[Fact], fact: Fact, parcel: Parcel
) -> Any:
    key = tuple(field_of(fact, parcel, field) for field in signal.asked)
    if None in key:
        return None
    rows = list(_rows(signal, past, key))
    now_us = fact.observed_us
    if isinstance(signal, Ever):
        return bool(rows)
    if isinstance(signal, Since):
        times = [one.observed_us for one, _ in rows]
        return now_us - (min(times) if signal.take == "first" else max(times)) if rows else None
    if isinstance(signal, Latest):
        return field_of(*rows[-1], signal.field) if rows else None
    if isinstance(signal, Earliest):
        until = field_of(fact, parcel, signal.until)
        return None if until is None or not rows else until - min(one.occurred_us for one, _ in rows)
    recent = [(one, of) for one, of in rows if one.observed_us >= now_us - micros(signal.width)]
    if isinstance(signal, Novel):
        seen = {field_of(one, of, signal.field) for one, of in recent} - {None}
        own = field_of(fact, parcel, signal.value or signal.field)
        return None if own is None or not seen else own not in seen
    assert isinstance(signal, Window)
    return _read_window(signal, recent, field_of(fact, parcel, str(signal.field)) if signal.take == "others" else None)


def _read_window(signal: Window, recent: list[tuple[Fact, Parcel]], own: Any) -> Any:
    if signal.take == "count":
        return len(recent)
    values = [field_of(one, of, str(signal.field)) for one, of in recent]
    if signal.take == "sum":
        return sum(value or 0 for value in values)
    if signal.take == "mean":
        return sum(value or 0 for value in values) / len(values) if values else None
    return len(set(values) - {None} - ({own} if signal.take == "others" else set()))


def _rows(signal: Any, past: list[Fact], key: tuple[Any, ...]) -> Iterator[tuple[Fact, Parcel]]:
    """The facts of the series with this key: once each, or once a consignment where the consignment matters."""
    series = SERIES[signal.of]
    words = {*signal.by, *(condition.field for condition in series.where)}
    words |= {signal.field} if getattr(signal, "field", None) else set()
    per_parcel = any(FIELD_GROUPS[word] == "parcel" for word in words)
    for one in past:
        for of in one.parcels if per_parcel else (NOWHERE,):
            is_of_key = tuple(field_of(one, of, field) for field in signal.by) == key and one.kind in series.kinds
            if is_of_key and all(_holds(field_of(one, of, each.field), each) for each in series.where):
                yield one, of


def _holds(value: Any, condition: Condition) -> bool:
    if value is None:
        return False
    tests = {
        "is": lambda: value == condition.value,
        "above": lambda: value > condition.value,
        "below": lambda: value < condition.value,
        "known": lambda: True,
    }
    return bool(tests[condition.test]())
