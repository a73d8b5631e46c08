"""Cases: a claim that has lapsed holds nothing."""

from sealane.risk.cases.case import STAGE_MINUTES, Case


def test_a_claim_holds_until_its_end_and_not_at_it() -> None:
    case = Case("case_1", "ord_1", "mer_1", "reroute", None, 0.5, 100, 50, 0, 10, claimed_by="ana", claimed_until_us=60)
    assert (case.holder(59), case.holder(60)) == ("ana", None)


def test_a_parcel_on_the_road_waits_least() -> None:
    assert min(STAGE_MINUTES, key=STAGE_MINUTES.__getitem__) == "reroute"
