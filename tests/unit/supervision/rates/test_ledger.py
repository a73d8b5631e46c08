from datetime import UTC, datetime
from fractions import Fraction

from sealane.model.clock import from_micros, to_micros
from sealane.supervision.rates.ledger import (
    Ledger,
    Loss,
    Payment,
    Period,
    Reading,
    half_year_of,
    month_before,
    month_of,
    quarter_of,
    rolling,
    year_of,
)

AT = to_micros(datetime(2026, 3, 15, 9, 30, tzinfo=UTC))


def show(period: Period) -> tuple[str, str]:
    return f"{from_micros(period.from_us):%Y-%m-%d}", f"{from_micros(period.to_us):%Y-%m-%d}"


def test_periods_are_calendar_periods() -> None:
    assert show(month_of(AT)) == ("2026-03-01", "2026-04-01")
    assert show(month_before(month_of(to_micros(datetime(2026, 1, 9, tzinfo=UTC))))) == ("2025-12-01", "2026-01-01")
    assert show(half_year_of(AT)) == ("2026-01-01", "2026-07-01")
    assert show(half_year_of(to_micros(datetime(2026, 12, 31, tzinfo=UTC)))) == ("2026-07-01", "2027-01-01")
    assert show(year_of(AT)) == ("2026-01-01", "2027-01-01")
    assert show(rolling(AT, 90)) == ("2025-12-15", "2026-03-15")


def test_a_quarter_is_of_the_calendar() -> None:
    assert show(quarter_of(AT)) == ("2026-01-01", "2026-04-01")
    assert show(quarter_of(quarter_of(AT).to_us)) == ("2026-04-01", "2026-07-01")
    assert show(quarter_of(year_of(AT).to_us - 1)) == ("2026-10-01", "2027-01-01")


def test_a_period_ends_before_its_end() -> None:
    assert [Period(10, 20).covers(moment) for moment in (9, 10, 19, 20)] == [False, True, True, False]


def test_losses_known_later_are_not_known_yet() -> None:
    payment = Payment("p", 1, 100, "psp", "shop")
    ledger = Ledger((payment,), (Loss("a", "p", "fraud", 5, 100), Loss("b", "gone", "fraud", 5, 100)))
    assert [loss.loss_id for loss, _ in ledger.pairs()] == ["a"]
    assert list(ledger.pairs(4)) == []
    assert ledger.orphans() == 1


def test_a_ratio_is_exact() -> None:
    reading = Reading("r", "s", 0, 1, 13, 10_000, "value")
    assert (reading.ratio, reading.ratio_micro) == (Fraction(13, 10_000), 1300)
    assert Reading("r", "s", 0, 1, 1, 0, "value").ratio == 0
