"""Facts of what must be reported only above a number: payees of many payments abroad, and sellers of much.

The numbers come from the payments that are known here. Who was reported or identified is known elsewhere, unless an
incident of the kind `return` says so; where that matters and nobody says it, it stays open.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from sealane.model.clock import from_micros
from sealane.model.party import Party
from sealane.supervision.controls.conduct import PayeeQuarter, Seller
from sealane.supervision.incidents.record import Incident
from sealane.supervision.rates.ledger import Ledger, Payment, quarter_of, year_of

__all__ = ["payees", "sellers"]

UNREPORTED = 25
"""Cross-border payments to one payee in a quarter that need no report: Directive 2006/112/EC article 243b(2)."""
_HIGH_VOLUME = 200
"""Sales from which a seller in the United States may be of high volume: 15 USC 45f(f)(3)."""


def payees(ledger: Ledger, incidents: Iterable[Incident], at_us: int) -> tuple[PayeeQuarter, ...] | None:
    """Return the payees of past quarters that must be reported, with when they were; None when that is not known."""
    if ledger.left_out:
        return None
    counts = Counter(_quarters(ledger.payments, at_us))
    reported = dict(_returns(incidents))
    rows = tuple(
        PayeeQuarter(
            id=f"{merchant} {_last_day(end_us)}",
            quarter_end_us=end_us,
            payments=count,
            reported_us=reported.get(_last_day(end_us)),
        )
        for (merchant, end_us), count in sorted(counts.items())
        if count > UNREPORTED
    )
    return None if any(row.reported_us is None for row in rows) else rows


def _quarters(payments: Iterable[Payment], at_us: int) -> Iterator[tuple[str, int]]:
    """Yield payee and end of the quarter of each payment known to come from abroad, for quarters that are over."""
    for payment in payments:
        end_us = quarter_of(payment.executed_us).to_us
        if payment.geography != "domestic" and end_us <= at_us:
            yield payment.merchant, end_us


def _returns(incidents: Iterable[Incident]) -> Iterator[tuple[str, int]]:
    """Yield the last day of each quarter whose return people noted as sent, and when they sent it."""
    for one in incidents:
        sent_us, end_us = one.first_sent("tax", "cesop"), one.moments.get("quarter_end")
        if sent_us is not None and end_us is not None:
            yield _last_day(quarter_of(end_us - 1).to_us), sent_us


def _last_day(end_us: int) -> str:
    return from_micros(end_us - 1).date().isoformat()


def sellers(ledger: Ledger, everyone: Iterable[Party], at_us: int) -> tuple[Seller, ...] | None:
    """Return the merchants as sellers, with last year's sales; None when the numbers do not tell what is due."""
    merchants = [party for party in everyone if party.has("merchant")]
    recent = Counter(payment.merchant for payment in ledger.payments)
    if ledger.left_out or any(one.country == "US" and recent[one.party_id] >= _HIGH_VOLUME for one in merchants):
        return None
    return tuple(_sellers(merchants, _last_year(ledger, at_us), recent))


def _last_year(ledger: Ledger, at_us: int) -> Mapping[str, list[int]]:
    """Return the values of each merchant's payments of the last calendar year."""
    year, values = year_of(year_of(at_us).from_us - 1), defaultdict[str, list[int]](list)
    for payment in ledger.payments:
        if year.covers(payment.executed_us):
            values[payment.merchant].append(payment.value)
    return values


def _sellers(
    merchants: Iterable[Party], values: Mapping[str, list[int]], recent: Mapping[str, int]
) -> Iterator[Seller]:
    for party in merchants:
        sold = values.get(party.party_id, [])
        yield Seller(
            id=party.party_id,
            country=party.country,
            is_identified=None,
            is_selling=recent[party.party_id] > 0,
            sales=len(sold),
            value_eur_minor=sum(sold),
        )
