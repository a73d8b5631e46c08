"""The eight official rates: golden cases by hand, and 25 made ledgers each, counted once more row by row."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sealane.model.clock import to_micros
from sealane.supervision.rates import official
from sealane.supervision.rates.ledger import Ledger, Loss, Payment, Reading

AT = to_micros(datetime(2026, 7, 15, 9, tzinfo=UTC))
DAY = 86_400_000_000


def paid(name: str, value: int, days_ago: int = 10, **more: Any) -> Payment:
    return Payment(name, AT - days_ago * DAY, value, "psp", "shop", **more)


def test_the_exemption_rate_counts_by_liability_and_leaves_the_payers_own_out() -> None:
    payments = (
        *(paid(f"p{n}", 1_000_00) for n in range(100)),
        paid("shop", 500_00, is_remote=False),
        paid("old", 100, 91),
        paid("t", 7, instrument="transfer"),
    )
    losses = (
        Loss("a", "p1", "fraud", AT - DAY, 100_000),
        Loss("b", "p2", "fraud", AT - DAY, 100_000, is_liable=False),
        Loss("c", "p3", "fraud", AT - DAY, 100_000, is_payers_own=True),
        Loss("d", "p1", "fraud", AT, 100_000),
        Loss("e", "shop", "fraud", AT - DAY, 50_000),
        Loss("f", "p4", "fraud", AT + DAY, 100_000),
    )
    reading = official.tra(Ledger(payments, losses), "psp", "card", AT)
    assert (reading.numerator, reading.denominator) == (100_000, 100 * 100_000)


def test_a_late_label_moves_the_figure_by_execution_and_not_by_registration() -> None:
    """Fraud of June, found in August: of the first half-year by execution, of the second by registration."""
    june, august = (to_micros(datetime(2026, month, 20, tzinfo=UTC)) for month in (6, 8))
    ledger = Ledger((Payment("p", june, 1000, "psp", "shop"),), (Loss("a", "p", "fraud", august, 1000),))
    by_execution = [official.statistics(ledger, "psp", moment)[0].numerator for moment in (june, august)]
    by_registration = [
        official.statistics(ledger, "psp", moment, basis="registration")[0].numerator for moment in (june, august)
    ]
    assert (by_execution, by_registration) == ([1000, 0], [0, 1000])
    filed = official.filing(official.all_rates(ledger, june))
    assert {one.basis for one in filed if one.rate.startswith("eba_")} == {"execution"}


def test_one_event_may_count_twice_for_visa() -> None:
    payments = tuple(paid(f"p{n}", 100) for n in range(1000))
    losses = (
        Loss("a", "p1", "fraud", AT - DAY, 100),
        Loss("b", "p1", "dispute", AT - DAY, 100),
        Loss("c", "p2", "dispute", AT - DAY, 100, is_fraud=False),
        Loss("d", "p3", "dispute", AT - DAY, 100, is_resolved_before_dispute=True),
        Loss("e", "p4", "fraud", AT - 40 * DAY, 100),
    )
    reading = official.vamp(Ledger(payments, losses), AT, merchant="shop")
    assert (reading.numerator, reading.denominator) == (3, 1000)


def test_mastercard_divides_this_months_chargebacks_by_last_months_sales() -> None:
    payments = (*(paid(f"june{n}", 1, 30) for n in range(200)), *(paid(f"july{n}", 1, 5) for n in range(999)))
    losses = (Loss("a", "june1", "chargeback", AT - DAY, 1), Loss("b", "june2", "chargeback", AT - 30 * DAY, 1))
    reading = official.ecm(Ledger(payments, losses), "shop", AT)
    assert (reading.numerator, reading.denominator) == (1, 200)


def test_excessive_fraud_tells_its_four_parts() -> None:
    payments = tuple(paid(f"p{n}", 1000, has_3ds=n < 100) for n in range(1000))
    losses = (Loss("a", "p1", "chargeback", AT, 1000), Loss("b", "p2", "chargeback", AT, 1000, is_fraud=False))
    reading = official.efm(Ledger(payments, losses), "shop", AT)
    assert (reading.numerator, reading.denominator) == (1000, 1_000_000)
    assert reading.extras == {"sales": 1000, "secured": 100, "secured_micro": 100_000}


def test_scams_tell_what_was_reimbursed() -> None:
    payments = tuple(paid(f"t{n}", 1000, instrument="transfer") for n in range(10))
    losses = (Loss("a", "t1", "app", AT, 1000, reimbursed=980), Loss("b", "t2", "fraud", AT, 1000))
    reading = official.uk_app(Ledger(payments, losses), "psp", AT)
    assert (reading.numerator, reading.denominator, reading.extras) == (1000, 10_000, {"reimbursed": 980})


def made(seed: int) -> Ledger:
    draw = random.Random(seed)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    payments = tuple(
        Payment(
            f"p{n}",
            to_micros(start + timedelta(minutes=draw.randrange(400_000))),
            draw.randrange(1, 90_000),
            draw.choice(("a", "b")),
            draw.choice(("s", "t")),
            draw.choice(("card", "transfer")),
            is_remote=draw.random() < 0.8,
            is_settled=draw.random() < 0.9,
            is_card_testing=draw.random() < 0.1,
            has_3ds=draw.random() < 0.5,
        )
        for n in range(400)
    )
    losses = tuple(
        Loss(
            f"l{n}",
            f"p{draw.randrange(400)}",
            draw.choice(("fraud", "dispute", "chargeback", "app")),
            to_micros(start + timedelta(minutes=draw.randrange(400_000))),
            draw.randrange(1, 90_000),
            is_fraud=draw.random() < 0.5,
            is_payers_own=draw.random() < 0.1,
            is_liable=draw.random() < 0.7,
            is_resolved_before_dispute=draw.random() < 0.1,
            reimbursed=draw.randrange(100),
        )
        for n in range(300)
    )
    return Ledger(payments, losses)


def by_hand(ledger: Ledger, rate: str) -> tuple[int, int]:
    """Count a rate once more, row by row and month by month, with dates as text."""

    def day(micros: int) -> str:
        return datetime.fromtimestamp(micros / 1e6, UTC).strftime("%Y-%m-%d")

    known = {one.payment_id: one for one in ledger.payments}

    def firsts(kinds: set[str], keep: Callable[[Loss, Payment], bool]) -> int:
        found: dict[str, Loss] = {}
        for one in sorted(ledger.losses, key=lambda loss: (loss.registered_us, loss.loss_id)):
            if one.kind in kinds and keep(one, known[one.payment_id]) and one.payment_id not in found:
                found[one.payment_id] = one
        return sum(one.value for one in found.values())

    def total(keep: Callable[[Payment], bool]) -> int:
        return sum(one.value for one in ledger.payments if keep(one))

    in_90 = lambda p: "2026-04-16" <= day(p.executed_us) < "2026-07-15"  # noqa: E731 - a table of conditions
    in_year = lambda p: day(p.executed_us).startswith("2026")  # noqa: E731
    july = lambda micros: day(micros).startswith("2026-07")  # noqa: E731
    june = lambda micros: day(micros).startswith("2026-06")  # noqa: E731
    remote = lambda p: p.is_remote and p.instrument == "card"  # noqa: E731
    second = lambda p: "2026-07" <= day(p.executed_us) <= "2026-12-31"  # noqa: E731
    table: dict[str, Callable[[], tuple[int, int]]] = {
        "tra": lambda: (
            firsts(
                {"fraud"},
                lambda x, p: (
                    x.is_liable
                    and not x.is_payers_own
                    and x.registered_us <= AT
                    and p.entity == "a"
                    and remote(p)
                    and in_90(p)
                ),
            ),
            total(lambda p: p.entity == "a" and remote(p) and in_90(p)),
        ),
        "eba": lambda: (
            firsts({"fraud", "app"}, lambda _, p: p.entity == "a" and second(p)),
            total(lambda p: p.entity == "a" and second(p)),
        ),
        "vamp": lambda: (
            sum(
                x.kind in {"fraud", "dispute"}
                and not x.is_resolved_before_dispute
                and july(x.registered_us)
                and known[x.payment_id].merchant == "s"
                and remote(known[x.payment_id])
                for x in ledger.losses
            ),
            sum(p.merchant == "s" and remote(p) and p.is_settled and july(p.executed_us) for p in ledger.payments),
        ),
        "enumeration": lambda: (
            sum(p.merchant == "s" and remote(p) and p.is_card_testing and july(p.executed_us) for p in ledger.payments),
            sum(p.merchant == "s" and remote(p) and july(p.executed_us) for p in ledger.payments),
        ),
        "ecm": lambda: (
            sum(
                x.kind == "chargeback"
                and july(x.registered_us)
                and known[x.payment_id].merchant == "s"
                and known[x.payment_id].instrument == "card"
                for x in ledger.losses
            ),
            sum(
                p.merchant == "s" and p.instrument == "card" and p.is_settled and june(p.executed_us)
                for p in ledger.payments
            ),
        ),
        "efm": lambda: (
            sum(
                x.value
                for x in ledger.losses
                if x.kind == "chargeback"
                and x.is_fraud
                and july(x.registered_us)
                and known[x.payment_id].merchant == "s"
                and remote(known[x.payment_id])
            ),
            total(lambda p: p.merchant == "s" and remote(p) and p.is_settled and july(p.executed_us)),
        ),
        "uk_app": lambda: (
            firsts({"app"}, lambda _, p: p.entity == "a" and p.instrument == "transfer" and in_year(p)),
            total(lambda p: p.entity == "a" and p.instrument == "transfer" and in_year(p)),
        ),
        "nilson": lambda: (
            firsts({"fraud"}, lambda _, p: p.instrument == "card" and in_year(p)),
            total(lambda p: p.instrument == "card" and in_year(p)),
        ),
    }
    return table[rate]()


RATES: dict[str, Callable[[Ledger], Reading]] = {
    "tra": lambda ledger: official.tra(ledger, "a", "card", AT),
    "eba": lambda ledger: official.statistics(ledger, "a", AT)[0],
    "vamp": lambda ledger: official.vamp(ledger, AT, merchant="s"),
    "enumeration": lambda ledger: official.enumeration(ledger, AT, merchant="s"),
    "ecm": lambda ledger: official.ecm(ledger, "s", AT),
    "efm": lambda ledger: official.efm(ledger, "s", AT),
    "uk_app": lambda ledger: official.uk_app(ledger, "a", AT),
    "nilson": lambda ledger: official.nilson(ledger, AT),
}


@pytest.mark.parametrize("rate", sorted(RATES))
def test_25_made_ledgers_give_exactly_what_counting_by_hand_gives(rate: str) -> None:
    for seed in range(25):
        ledger = made(seed)
        reading = RATES[rate](ledger)
        assert (reading.numerator, reading.denominator) == by_hand(ledger, rate), seed
