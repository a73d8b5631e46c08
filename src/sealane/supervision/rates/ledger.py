"""The one ledger that every rate is read from: payments made and losses known, in one reporting currency.

A loss has two dates: when its payment was executed and when the loss was registered. Which one attributes it to a
period is the `basis`; fraud found after a period's end moves the figure of the first basis only, so both are computed
and each reading says which it is. Values are integer minor units; times microseconds, UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Literal

import msgspec

from sealane.model.clock import from_micros, to_micros

__all__ = [
    "Authentication",
    "Basis",
    "Bearer",
    "Geography",
    "Instrument",
    "Ledger",
    "Loss",
    "LossKind",
    "Payment",
    "Period",
    "Reading",
    "half_year_of",
    "month_before",
    "month_of",
    "quarter_of",
    "rolling",
    "year_of",
]

Instrument = Literal["card", "transfer", "wallet", "cash_on_delivery", "pay_later"]
Authentication = Literal["sca", "exempt", "none"]
Geography = Literal["domestic", "intra-eea", "extra-eea"]
Bearer = Literal["psp", "user", "other"]
LossKind = Literal["fraud", "dispute", "chargeback", "app"]
Basis = Literal["execution", "registration"]
_DECEMBER = 12


class Payment(msgspec.Struct, frozen=True):
    """A payment; `entity` is the payment firm whose rate it counts in."""

    payment_id: str
    executed_us: int
    value: int
    entity: str
    merchant: str
    instrument: Instrument = "card"
    is_remote: bool = True
    is_settled: bool = True
    is_card_testing: bool = False
    authentication: Authentication = "none"
    exemption: str = ""
    has_3ds: bool = False
    geography: Geography = "domestic"


class Loss(msgspec.Struct, frozen=True):
    """Something that became known of a payment: a fraud report, a dispute, a chargeback or a scam claim."""

    loss_id: str
    payment_id: str
    kind: LossKind
    registered_us: int
    value: int
    is_fraud: bool = True
    is_payers_own: bool = False
    is_liable: bool = True
    """Whether the payment firm bears the loss or did not prevent the fraud: the attribution of RTS article 19."""
    is_resolved_before_dispute: bool = False
    type: str = "issuance"
    bearer: Bearer = "psp"
    reimbursed: int = 0


class Period(msgspec.Struct, frozen=True):
    """From a moment on and before another."""

    from_us: int
    to_us: int

    def covers(self, micros: int) -> bool:
        """Tell whether a moment lies in it."""
        return self.from_us <= micros < self.to_us


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """One rate: exact numerator and denominator, what they are, and the period; `ratio_micro` is in millionths."""

    rate: str
    scope: str
    from_us: int
    to_us: int
    numerator: int
    denominator: int
    unit: Literal["value", "count"]
    basis: Basis = "execution"
    extras: dict[str, int] = {}

    @property
    def ratio(self) -> Fraction:
        """The exact ratio; 0 where nothing was counted below the line."""
        return Fraction(self.numerator, self.denominator) if self.denominator else Fraction(0)

    @property
    def ratio_micro(self) -> int:
        """The ratio in millionths, rounded down: 13 basis points are 1300."""
        return int(self.ratio * 1_000_000)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Payments and losses; losses whose payment is not here are not counted but told by `orphans`."""

    payments: tuple[Payment, ...]
    losses: tuple[Loss, ...]
    currency: str = "EUR"
    left_out: int = 0
    """Payments in a currency for which no rate to the reporting currency was given."""

    def pairs(self, known_by_us: int | None = None) -> Iterator[tuple[Loss, Payment]]:
        """Yield each loss known by a moment with its payment."""
        by_id = {payment.payment_id: payment for payment in self.payments}
        for loss in self.losses:
            payment = by_id.get(loss.payment_id)
            if payment is not None and (known_by_us is None or loss.registered_us <= known_by_us):
                yield loss, payment

    def orphans(self) -> int:
        """Return how many losses name a payment that is not in the ledger."""
        known = {payment.payment_id for payment in self.payments}
        return sum(loss.payment_id not in known for loss in self.losses)


def month_of(micros: int) -> Period:
    """Return the calendar month (UTC) that a moment lies in."""
    moment = from_micros(micros)
    return Period(_first(moment.year, moment.month), _next_month(moment.year, moment.month))


def month_before(period: Period) -> Period:
    """Return the calendar month before another."""
    return month_of(period.from_us - 1)


def quarter_of(micros: int) -> Period:
    """Return the calendar quarter (UTC) that a moment lies in."""
    moment = from_micros(micros)
    quarter = (moment.month - 1) // 3
    return Period(_first(moment.year, 3 * quarter + 1), _next_month(moment.year, 3 * quarter + 3))


def half_year_of(micros: int) -> Period:
    """Return the calendar half-year (UTC) that a moment lies in."""
    moment = from_micros(micros)
    half = (moment.month - 1) // 6
    return Period(_first(moment.year, 6 * half + 1), _next_month(moment.year, 6 * half + 6))


def year_of(micros: int) -> Period:
    """Return the calendar year (UTC) that a moment lies in."""
    year = from_micros(micros).year
    return Period(_first(year, 1), _first(year + 1, 1))


def rolling(at_us: int, days: int) -> Period:
    """Return the whole days (UTC) that end with the start of the day of a moment."""
    end = from_micros(at_us).replace(hour=0, minute=0, second=0, microsecond=0)
    return Period(to_micros(end - timedelta(days=days)), to_micros(end))


def _first(year: int, month: int) -> int:
    return to_micros(datetime(year, month, 1, tzinfo=UTC))


def _next_month(year: int, month: int) -> int:
    return _first(year + 1, 1) if month == _DECEMBER else _first(year, month + 1)
