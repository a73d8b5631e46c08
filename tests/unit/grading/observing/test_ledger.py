import pytest

from sealane.grading.observing.ledger import observe_own
from sealane.grading.own import Own, Profile

DAY = 86_400_000_000
NOW = 1000 * DAY


def checks(own: Own) -> set[str]:
    return {each.check for each in observe_own(own, NOW)}


def test_nothing_known_is_nothing_said() -> None:
    assert checks(Own()) == set()


@pytest.mark.parametrize(
    ("own", "check"),
    [
        (Own(settled=1000, disputed=30), "disputes_high"),
        (Own(month_events=1900, month_settled=100_000), "vamp_excessive"),
        (Own(month_chargebacks=120, month_before_sales=5000), "ecm"),
        (Own(month_chargebacks=300, month_before_sales=5000), "hecm"),
        (Own(month_settled=1000, fraud_share_of_value=0.006, secured_share=0.2), "efm"),
        (Own(tracked=200, prompt=100), "scans_late"),
        (Own(tracked=200, prompt=200, implausible=5), "parcels_implausible"),
        (Own(settled=1000, claims_not_received=30), "not_received"),
        (Own(messages=10, leaks=1), "leaks"),
        (Own(messages=10, surplus=1), "surplus_fields"),
        (Own(overdue_disclosures=1), "disclosures_overdue"),
        (Own(erasure_days=40), "erasure_slow"),
        (Own(has_open_breach=True), "breach_open"),
        (Own(card_in_logistics_us=NOW - DAY), "card_in_logistics"),
        (Own(is_lookalike=True), "lookalike"),
        (Own(is_watched=True, last_watched_us=NOW - 8 * DAY), "watch_overdue"),
        (Own(profile=Profile({"not_sanctioned": False})), "sanctioned"),
        (Own(profile=Profile({"registered": False})), "identity_open"),
    ],
)
def test_each_fact_is_named(own: Own, check: str) -> None:
    found = checks(own)
    assert check in found
    assert ("ecm" in found) + ("hecm" in found) <= 1


def test_small_merchants_and_old_findings_are_let_be() -> None:
    assert checks(Own(settled=50, disputed=10, tracked=50, prompt=0, claims_not_received=9)) == set()
    assert checks(Own(settled=130, disputed=0)) == set()
    assert checks(Own(month_events=400, month_settled=1000)) == set()
    assert checks(Own(card_in_logistics_us=NOW - 31 * DAY)) == set()
