"""Made records: one order with a troubled life, as every page of the console may meet it."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from sealane.app import Sealane
from sealane.model.clock import to_micros
from sealane.model.consignment import Consignment, Item
from sealane.model.decision import Decision, Outcome, Reason, Stage
from sealane.model.event import Event, EventKind
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Card, Payment
from sealane.model.sealed import ConsignmentLinks, ConsignmentTraits, EventSeal, OrderLinks, OrderSeal, OrderTraits
from sealane.settings import Settings
from sealane.web import sessions
from sealane.web.app import Door, build
from sealane.web.console.gate import COOKIE

PLACED = datetime(2026, 11, 18, 9, 30, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def placed() -> datetime:
    return PLACED


@pytest.fixture(scope="session")
def asking() -> Callable[..., httpx.Response]:
    """Ask an ASGI application one thing, as a browser would without a network."""

    def ask(app: Any, method: str, path: str, **options: Any) -> httpx.Response:
        async def main() -> httpx.Response:
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://127.0.0.1", cookies=options.pop("cookies", None)
            )
            async with client:
                return await client.request(method, path, **options)

        return asyncio.run(main())

    return ask


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Sealane]:
    """A real installation in a folder of its own."""
    with Sealane.open(Settings(data_dir=str(tmp_path / "lane"))) as lane:
        yield lane


@pytest.fixture
def site(lane: Sealane) -> Door:
    return build(lane)


@pytest.fixture
def cookie(lane: Sealane) -> dict[str, str]:
    """The cookie of somebody who is signed in."""
    secret = lane.rooms.database.run(lambda tx: sessions.open_session(tx, sessions.issue_link(tx)))
    return {COOKIE: secret}


@pytest.fixture
def order() -> Order:
    parcel = Consignment(
        "cns_01kan6k3zw8t5q1r9v0m2c4d7e",
        "DE",
        carrier="dhl-express",
        service="express",
        tracking_number="JD0146000033",
        incoterm="DDP",
        shipper_country="CN",
        weight_grams=800,
        declared_value=Money(9000, "EUR"),
        items=(Item("LMP-1", "LED desk lamp", "940521", 2, Money(12990, "EUR"), "home"),),
    )
    payment = Payment(
        "card",
        Money(41290, "EUR"),
        psp="stripe",
        card=Card("ct_1", "45717360", "4242", "visa", "DK", "credit"),
        avs="Y",
        cvc="M",
        three_ds="authenticated",
        failed_attempts=2,
        billing_country="PT",
    )
    traits = ConsignmentTraits(name_matches_payer=True, phone_matches_payer=False, phone_country="DE")
    seal = OrderSeal("sub_1", "rec_1", OrderLinks(), OrderTraits(phone_country="PT"), (ConsignmentLinks(),), (traits,))
    at = to_micros(PLACED)
    return Order("ord_01kan6k3zw8t5q1r9v0m2c4d7e", "mer_1", "SO-10023", at, at + 200_000, payment, (parcel,), seal)


@pytest.fixture
def happen(order: Order) -> Callable[..., Event]:
    def make(kind: EventKind, after: timedelta, *, late: timedelta = timedelta(0), **known: Any) -> Event:
        at = to_micros(PLACED + after)
        return Event(
            "evt_1", "mer_1", "x", kind, at, at + late // timedelta(microseconds=1), order.order_id,
            known.pop("accepted_as", "confirmed"), EventSeal("rec_2"), **known,
        )  # fmt: skip

    return make


@pytest.fixture
def decide(order: Order) -> Callable[..., Decision]:
    def make(stage: Stage, outcome: Outcome, score: float, after: timedelta, *reasons: Reason) -> Decision:
        return Decision(
            f"dec_{stage}", order.order_id, stage, outcome, score, reasons, ("a_rule",), f"{stage}-2026.11",
            "default-3", None, PLACED + after,
        )  # fmt: skip

    return make
