"""The shops of a simulated world as grading meets them: their ledger, their leaks, and a look at their checkout."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from sealane.flows.trust.merchantfacts import count_ledger
from sealane.grading import Graded, Own, Request, Scan, Scanner, Terms, any_address, judge, shipped_rubric
from sealane.model.clock import system_clock
from sealane.model.event import Event, EventSeal
from sealane.model.money import Money
from sealane.model.order import Order, OrderSeal
from sealane.model.payment import Payment
from sealane.model.sealed import OrderLinks, OrderTraits
from sealane.simulator import World
from sealane.simulator.chance import DAY_US
from sealane.simulator.realm.diligence import Diligence
from shopfaults import FAULTS, TLS_FAULTS
from shops import Authority, Shop

__all__ = ["Look", "Standing", "looking", "spearman", "standings"]

SPAN_US = 90 * DAY_US
SEAL, EVENT_SEAL = OrderSeal("", "", OrderLinks(), OrderTraits(), (), ()), EventSeal("")
WANTED = ("payment.captured", "payment.chargeback", "verdict.recorded", "claim.opened", "consignment.")
Look = Callable[[tuple[str, ...]], Scan]


class _Paid(msgspec.Struct):
    method: Any
    amount: Money
    three_ds: Any = None


class _OrderBody(msgspec.Struct):
    payment: _Paid


class _Told(msgspec.Struct):
    claim: str | None = None
    verdict: Any = None
    reason_code: str | None = None


class _EventBody(msgspec.Struct):
    attributes: _Told


class Standing(NamedTuple):
    """One shop: its grade from the first 90 days, and its card payments and disputes in the 90 days after."""

    merchant: str
    graded: Graded
    settled: int
    disputed: int

    @property
    def rate(self) -> float:
        return self.disputed / self.settled if self.settled else 0.0


@contextmanager
def looking(folder: Path) -> Iterator[Look]:
    """Run a shop on loopback, and give what looks at it with the faults that it is told to have."""
    authority = Authority(folder)
    with Shop(authority.certificate()) as shop:
        certificates = {bits: authority.certificate(rsa_bits=bits) for bits in (0, 2048)}
        scanner = Scanner(Terms(trusted=str(authority.file), allows_private=True), any_address, system_clock)

        def look(faults: tuple[str, ...]) -> Scan:
            shop.reset()
            made, tune = TLS_FAULTS.get(next(filter(TLS_FAULTS.__contains__, faults), ""), ({}, None))
            shop.use(certificates[made.get("rsa_bits", 0)], tune)
            for fault in filter(FAULTS.__contains__, faults):
                FAULTS[fault](shop)
            return scanner.look(Request((f"{shop.origin}/checkout",), ("localhost",)))

        yield look


def standings(world: World, look: Look) -> list[Standing]:
    """Grade each shop on what is known after 90 days, and count what came in the 90 days after."""
    told, diligences = _read(world), world.diligence()
    middle_us, end_us = world.start_us + SPAN_US, world.start_us + 2 * SPAN_US
    found = []
    for merchant in world.merchants():
        diligence = diligences[merchant.key]
        orders, events = told[merchant.key]
        before = count_ledger(_until(orders, 0, middle_us), _until(events, 0, middle_us), middle_us)
        own = Own(**before, leaks=_leaks(diligence, before["messages"]))
        graded = judge(shipped_rubric(), look(diligence.checkout_faults), own, now_us=middle_us)
        after = count_ledger(_until(orders, middle_us, end_us), _until(events, middle_us, end_us), end_us)
        found.append(Standing(merchant.key, graded, after["settled"], after["disputed"]))
    return found


def _leaks(diligence: Diligence, messages: int) -> int:
    return round(diligence.leaks_a_10k * messages / 10_000)


def _until(rows: list[Any], from_us: int, to_us: int) -> list[Any]:
    return [row for row in rows if from_us <= row.observed_us < to_us]


def _read(world: World) -> dict[str, tuple[list[Order], list[Event]]]:
    told: dict[str, tuple[list[Order], list[Event]]] = {each.key: ([], []) for each in world.merchants()}
    read_order, read_event = msgspec.json.Decoder(_OrderBody).decode, msgspec.json.Decoder(_EventBody).decode
    for each in world.happenings():
        orders, events = told[each.merchant]
        at_us = each.observed_us
        if each.kind == "order":
            paid = read_order(each.body).payment
            payment = Payment(paid.method, paid.amount, three_ds=paid.three_ds)
            orders.append(Order(each.order_key, each.merchant, "", at_us, at_us, payment, (), SEAL))
        elif each.kind.startswith(WANTED):
            said = read_event(each.body).attributes
            named = {"claim": said.claim, "verdict": said.verdict, "reason_code": said.reason_code}
            events.append(Event("", "", "", each.kind, at_us, at_us, each.order_key, "claimed", EVENT_SEAL, **named))  # type: ignore[arg-type]
    return told


def spearman(one: list[float], other: list[float]) -> float:
    """Return the rank correlation of two lists; equals share their mean rank."""
    a, b = _ranks(one), _ranks(other)
    mean_a, mean_b = sum(a) / len(a), sum(b) / len(b)
    shared = sum((x - mean_a) * (y - mean_b) for x, y in zip(a, b, strict=True))
    spread = sum((x - mean_a) ** 2 for x in a) * sum((y - mean_b) ** 2 for y in b)
    return float(shared / spread**0.5)


def _ranks(values: list[float]) -> list[float]:
    ordered = sorted(values)
    return [ordered.index(value) + (ordered.count(value) - 1) / 2 for value in values]
