from msgspec.structs import replace

from oversight import AT, DAY, clean
from sealane.supervision.controls.conduct import RightsRequest
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Scene
from sealane.supervision.controls.privacy import CHECKS


def test_an_extension_counts_when_it_was_told_in_time() -> None:
    def verdict(told_after_days: int) -> str:
        asked = RightsRequest(
            id="r",
            law="GDPR",
            kind="access",
            received_us=AT - 60 * DAY,
            extension_told_us=AT - (60 - told_after_days) * DAY,
        )
        return CHECKS["GDPR-12.3"](Scene(Facts(requests=(asked,)), AT)).verdict

    assert (verdict(29), verdict(31)) == ("pass", "fail")


def test_derogations_are_judged_lane_by_lane() -> None:
    [one, other] = clean().disclosures or ()
    rows = tuple(replace(one, id=str(number)) for number in range(19))
    rare = (*rows, replace(one, id="d", transfer_tool="derogation"), other)
    assert CHECKS["GDPR-49"](Scene(Facts(disclosures=rare), AT)).verdict == "pass"
    often = (*rare, replace(one, id="d2", transfer_tool="derogation"))
    found = CHECKS["GDPR-49"](Scene(Facts(disclosures=often), AT))
    assert (found.verdict, found.faults) == ("fail", ("CN-DE",))


def test_people_are_counted_once_and_only_beyond_need() -> None:
    [one, _] = clean().disclosures or ()
    rows = tuple(replace(one, id=str(n), subject=f"sub_{n % 40}", fields=("name", "email")) for n in range(90))
    assert CHECKS["CBDT-8"](Scene(Facts(disclosures=rows), AT)).detail.startswith("40 people")
