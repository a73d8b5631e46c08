"""Compelling Evidence 3.0: two earlier undisputed orders, 120 to 365 days old, that match by IP or device and more."""

from typing import Any

import pytest

from sealane.model.errors import NotFound
from sealane.risk.room import Risk
from sealane.storage import orderbook
from sealane.storage.database import Database

START_US = 1_790_000_000_000_000
DAY_US = 86_400_000_000


def of(text: str) -> bytes:
    return text.encode().ljust(16, b".")


@pytest.fixture
def contest(database: Database, risk: Risk, place: Any, make_event: Any) -> Any:
    """Place orders so many days before the dispute, each with its changes, then dispute the last one."""

    def made(*earlier: tuple[int, dict[str, Any]]) -> Any:
        for number, (days, changes) in enumerate(earlier):
            at = START_US - days * DAY_US - 10 + number
            place(at, placed_us=at, **changes)
        order, _ = place(START_US)
        event = make_event(order, "payment.chargeback", START_US + 5, occurred_us=START_US, reason_code="10.4")
        database.run(lambda tx: orderbook.add_event(tx, event))
        case = database.run(lambda tx: risk.cases.contest(tx, order, event))
        with database.reader() as conn:
            return risk.representment(conn, case.case_id)

    return made


def test_two_matching_orders_in_the_span_meet_the_conditions(contest: Any) -> None:
    pack = contest((365, {}), (120, {}))
    assert pack.meets_ce3
    assert {prior.days_before_dispute for prior in pack.priors} == {365, 120}
    assert set(pack.priors[0].shared) == {"ip", "device", "account", "address"}


@pytest.mark.parametrize(
    "earlier",
    [
        ((366, {}), (200, {})),
        ((200, {}), (119, {})),
        ((200, {}), (190, {"links": {"ip": of("x"), "device": of("y")}})),
        ((200, {}), (190, {"links": {"device": of("y"), "account": of("z")}, "to": {"address": of("q")}})),
        ((200, {}), (190, {"merchant_id": "mer_2"})),
    ],
    ids=["too old", "too young", "neither ip nor device", "one element only", "another merchant"],
)
def test_anything_less_does_not(contest: Any, earlier: Any) -> None:
    pack = contest(*earlier)
    assert not pack.meets_ce3
    assert "Compelling Evidence" in pack.missing[0]


def test_without_a_chargeback_there_is_nothing_to_contest(database: Database, risk: Risk, place: Any) -> None:
    _, decision = place(START_US)
    with database.reader() as conn, pytest.raises(NotFound):
        risk.representment(conn, decision.case_id)
