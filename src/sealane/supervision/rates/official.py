"""The eight official rates, each with its own numerator, denominator, period and lag.

| rate | numerator | denominator | period |
|---|---|---|---|
| `tra` | value of remote fraud, liable or not prevented, not the payer's own | value of all remote | 90 days |
| `eba_value`, `eba_count` | all fraud | all payments | half-year |
| `vamp` | count of fraud reports and disputes | count of settled remote card payments | month |
| `vamp_enumeration` | count of card-testing authorisations | count of authorisations | month |
| `mastercard_ecm` | count of chargebacks this month | count of sales last month | month |
| `mastercard_efm` | value of fraud chargebacks | value of e-commerce sales | month |
| `uk_app` | value of scam payments | value of transfers, and the share reimbursed | year |
| `nilson` | gross loss on cards | total card volume | year |
"""

from collections.abc import Callable, Iterable

from sealane.supervision.rates.ledger import (
    Basis,
    Instrument,
    Ledger,
    Loss,
    Payment,
    Period,
    Reading,
    half_year_of,
    month_before,
    month_of,
    rolling,
    year_of,
)

__all__ = [
    "TRA_DAYS",
    "all_rates",
    "ecm",
    "efm",
    "enumeration",
    "filing",
    "nilson",
    "statistics",
    "tra",
    "uk_app",
    "vamp",
]

TRA_DAYS = 90
"""RTS (EU) 2018/389 article 19: a rolling period of 90 days."""

Of = Callable[[Payment], bool]


def tra(ledger: Ledger, entity: str, instrument: Instrument, at_us: int, *, basis: Basis = "execution") -> Reading:
    """Return the rate that unlocks the exemption, for one payment type of one whole legal entity."""
    period = rolling(at_us, TRA_DAYS)

    def of(payment: Payment) -> bool:
        return payment.entity == entity and payment.instrument == instrument and payment.is_remote

    pairs = (
        (loss, payment)
        for loss, payment in ledger.pairs(at_us)
        if of(payment) and loss.kind == "fraud" and loss.is_liable and not loss.is_payers_own
    )
    lost = sum(loss.value for loss in _unique(_in(period, pairs, basis)))
    paid = sum(payment.value for payment in _made(ledger, period, of))
    return Reading(f"tra_{instrument}", entity, period.from_us, period.to_us, lost, paid, "value", basis)


def statistics(ledger: Ledger, entity: str, at_us: int, *, basis: Basis = "execution") -> tuple[Reading, Reading]:
    """Return the rates by value and by count of the half-year (EBA/GL/2018/05): all fraud, whoever bears it."""
    period = half_year_of(at_us)

    def of(payment: Payment) -> bool:
        return payment.entity == entity

    found = _unique(
        _in(period, ((one, paid) for one, paid in ledger.pairs() if of(paid) and one.kind in {"fraud", "app"}), basis)
    )
    made = _made(ledger, period, of)
    values = sum(loss.value for loss in found), sum(payment.value for payment in made)
    span = (period.from_us, period.to_us)
    return (
        Reading("eba_value", entity, *span, *values, "value", basis),
        Reading("eba_count", entity, *span, len(found), len(made), "count", basis),
    )


def vamp(ledger: Ledger, at_us: int, *, merchant: str | None = None, entity: str | None = None) -> Reading:
    """Return Visa's ratio of a merchant or of an acquirer's portfolio; one event may count as report and as dispute."""
    period = month_of(at_us)
    of = _whose(merchant, entity)
    counted = sum(
        loss.kind in {"fraud", "dispute"} and not loss.is_resolved_before_dispute and period.covers(loss.registered_us)
        for loss, payment in ledger.pairs()
        if of(payment) and _is_remote_card(payment)
    )
    settled = sum(payment.is_settled and _is_remote_card(payment) for payment in _made(ledger, period, of))
    rate = "vamp_merchant" if merchant else "vamp_acquirer"
    return Reading(
        rate, merchant or entity or "", period.from_us, period.to_us, counted, settled, "count", "registration"
    )


def enumeration(ledger: Ledger, at_us: int, *, merchant: str | None = None, entity: str | None = None) -> Reading:
    """Return the share of authorisations of a month that tested cards."""
    period = month_of(at_us)
    of = _whose(merchant, entity)
    tried = [payment for payment in _made(ledger, period, of) if _is_remote_card(payment)]
    tested = sum(payment.is_card_testing for payment in tried)
    scope = merchant or entity or ""
    return Reading("vamp_enumeration", scope, period.from_us, period.to_us, tested, len(tried), "count")


def ecm(ledger: Ledger, merchant: str, at_us: int) -> Reading:
    """Return Mastercard's chargeback ratio: chargebacks of this month over the sales of the month before."""
    period = month_of(at_us)
    of = _whose(merchant, None)
    charged = sum(
        loss.kind == "chargeback" and period.covers(loss.registered_us)
        for loss, payment in ledger.pairs()
        if of(payment) and payment.instrument == "card"
    )
    sales = sum(
        payment.is_settled and payment.instrument == "card" for payment in _made(ledger, month_before(period), of)
    )
    span = (period.from_us, period.to_us)
    return Reading("mastercard_ecm", merchant, *span, charged, sales, "count", "registration")


def efm(ledger: Ledger, merchant: str, at_us: int) -> Reading:
    """Return Mastercard's excessive-fraud test: by value, with the number of sales and the share under 3-D Secure."""
    period = month_of(at_us)
    of = _whose(merchant, None)
    sales = [paid for paid in _made(ledger, period, of) if _is_remote_card(paid) and paid.is_settled]
    lost = sum(
        loss.value
        for loss, payment in ledger.pairs()
        if loss.kind == "chargeback" and loss.is_fraud and of(payment) and _is_remote_card(payment)
        and period.covers(loss.registered_us)
    )  # fmt: skip
    secured = sum(payment.has_3ds for payment in sales)
    return Reading(
        "mastercard_efm",
        merchant,
        period.from_us,
        period.to_us,
        lost,
        sum(payment.value for payment in sales),
        "value",
        "registration",
        {"sales": len(sales), "secured": secured, "secured_micro": secured * 1_000_000 // max(len(sales), 1)},
    )


def uk_app(ledger: Ledger, entity: str, at_us: int) -> Reading:
    """Return the value of scam payments over the value of transfers of a year; `reimbursed` is part of the first."""
    period = year_of(at_us)

    def of(payment: Payment) -> bool:
        return payment.entity == entity and payment.instrument == "transfer"

    found = _unique(
        _in(period, ((one, paid) for one, paid in ledger.pairs() if of(paid) and one.kind == "app"), "execution")
    )
    paid = sum(payment.value for payment in _made(ledger, period, of))
    lost, back = sum(loss.value for loss in found), sum(loss.reimbursed for loss in found)
    span = (period.from_us, period.to_us)
    return Reading("uk_app", entity, *span, lost, paid, "value", extras={"reimbursed": back})


def nilson(ledger: Ledger, at_us: int) -> Reading:
    """Return the gross loss over the total card volume of a year, whoever bears it."""
    period = year_of(at_us)

    def of(payment: Payment) -> bool:
        return payment.instrument == "card"

    found = _unique(
        _in(period, ((one, paid) for one, paid in ledger.pairs() if of(paid) and one.kind == "fraud"), "execution")
    )
    volume = sum(payment.value for payment in _made(ledger, period, of))
    lost = sum(loss.value for loss in found)
    return Reading("nilson", "all", period.from_us, period.to_us, lost, volume, "value")


def all_rates(ledger: Ledger, at_us: int) -> tuple[Reading, ...]:
    """Return every rate of every entity and merchant in the ledger; where a law leaves the date open, both."""
    readings: list[Reading] = []
    for entity in sorted({payment.entity for payment in ledger.payments}):
        for basis in ("execution", "registration"):
            readings += (
                tra(ledger, entity, "card", at_us, basis=basis),
                tra(ledger, entity, "transfer", at_us, basis=basis),
            )
            readings += statistics(ledger, entity, at_us, basis=basis)
        readings += (vamp(ledger, at_us, entity=entity), enumeration(ledger, at_us, entity=entity))
        readings.append(uk_app(ledger, entity, at_us))
    for merchant in sorted({payment.merchant for payment in ledger.payments}):
        readings += (vamp(ledger, at_us, merchant=merchant), enumeration(ledger, at_us, merchant=merchant))
        readings += (ecm(ledger, merchant, at_us), efm(ledger, merchant, at_us))
    return (*readings, nilson(ledger, at_us))


def filing(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """Return the readings that are filed: by execution date where a law leaves the date open (EBA Q&A 2024_6989)."""
    return tuple(one for one in readings if not one.rate.startswith(("tra_", "eba_")) or one.basis == "execution")


def _whose(merchant: str | None, entity: str | None) -> Of:
    return lambda payment: merchant in {None, payment.merchant} and entity in {None, payment.entity}


def _is_remote_card(payment: Payment) -> bool:
    return payment.is_remote and payment.instrument == "card"


def _made(ledger: Ledger, period: Period, of: Of) -> list[Payment]:
    return [payment for payment in ledger.payments if period.covers(payment.executed_us) and of(payment)]


def _in(period: Period, pairs: Iterable[tuple[Loss, Payment]], basis: Basis) -> Iterable[Loss]:
    for loss, payment in pairs:
        if period.covers(payment.executed_us if basis == "execution" else loss.registered_us):
            yield loss


def _unique(losses: Iterable[Loss]) -> list[Loss]:
    """Return one loss a payment and kind, the first registered: two reports of one fraud are one fraud."""
    first: dict[str, Loss] = {}
    for loss in sorted(losses, key=lambda one: (one.registered_us, one.loss_id)):
        first.setdefault(loss.payment_id, loss)
    return list(first.values())
