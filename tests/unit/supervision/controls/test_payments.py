from datetime import UTC, datetime

import pytest

from oversight import AT
from sealane.model.clock import to_micros
from sealane.supervision.controls.conduct import Paid, PayeeQuarter, Refund
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Scene
from sealane.supervision.controls.payments import CHECKS
from sealane.supervision.rates.ledger import Reading


@pytest.mark.parametrize(
    ("minor", "rate", "verdict"),
    [(10_000, 1300, "pass"), (10_001, 1300, "fail"), (25_000, 600, "pass"), (50_000, 100, "pass"), (50_001, 1, "fail")],
)
def test_an_exempt_payment_fits_the_band_of_its_rate(minor: int, rate: int, verdict: str) -> None:
    paid = Paid(id="p", authentication="exempt", exemption="tra", amount_eur_minor=minor, tra_rate_micro=rate)
    assert CHECKS["SCA-18"](Scene(Facts(payments=(paid,)), AT)).verdict == verdict


def test_a_rate_too_high_is_answered_by_not_using_the_exemption() -> None:
    rates = (Reading("tra_card", "psp", 0, 1, 14, 10_000, "value"), Reading("tra_transfer", "psp", 0, 1, 0, 1, "value"))
    used = Paid(id="p", authentication="exempt", exemption="tra")
    assert CHECKS["SCA-20"](Scene(Facts(rates=rates, payments=(used,)), AT)).verdict == "fail"
    assert CHECKS["SCA-20"](Scene(Facts(rates=rates, payments=()), AT)).verdict == "pass"


def test_a_scam_claim_has_five_business_days_over_christmas() -> None:
    claimed = to_micros(datetime(2026, 12, 23, 10, tzinfo=UTC))

    def verdict(*refunded: int) -> str:
        moment = to_micros(datetime(*refunded, tzinfo=UTC))  # type: ignore[arg-type]
        row = Refund(id="r", kind="app", country="GB", claimed_us=claimed, refunded_us=moment)
        return CHECKS["UK-APP"](Scene(Facts(refunds=(row,)), AT)).verdict

    # 24, 29, 30, 31 December and 4 January: Christmas, Boxing Day moved to the 28th, and New Year do not count.
    assert (verdict(2027, 1, 4, 10), verdict(2027, 1, 4, 11)) == ("pass", "fail")


def test_payees_count_from_the_twenty_sixth_payment() -> None:
    end = to_micros(datetime(2026, 7, 1, tzinfo=UTC))
    rows = (PayeeQuarter(id="p", quarter_end_us=end, payments=25, reported_us=None),)
    assert CHECKS["CESOP"](Scene(Facts(payees=rows), AT)).verdict == "not_applicable"
    rows = (PayeeQuarter(id="p", quarter_end_us=end, payments=26, reported_us=None),)
    assert CHECKS["CESOP"](Scene(Facts(payees=rows), AT)).verdict == "fail"
