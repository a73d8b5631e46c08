from msgspec.structs import replace

from oversight import AT, HOUR, clean
from sealane.supervision.controls.cards import CHECKS, rated
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Scene
from sealane.supervision.controls.security import LeakScan
from sealane.supervision.rates.ledger import Reading


def test_a_found_card_number_needs_an_incident() -> None:
    found = LeakScan(id="s", place="store", at_us=AT - 5 * HOUR, hits=1)
    check = CHECKS["PCI-12.10.7"]
    runs = clean().runs
    assert check(Scene(Facts(leak_scans=(found,), runs=runs), AT)).verdict == "fail"
    opened = replace(found, incident_opened_us=AT - HOUR)
    assert check(Scene(Facts(leak_scans=(opened,), runs=runs), AT)).verdict == "pass"


def test_a_ratio_at_its_limit_is_over_it_only_from_the_count_on() -> None:
    check = rated("vamp_merchant", "vamp.merchant.ratio_micro", floor="vamp.merchant.count")

    def verdict(numerator: int) -> str:
        reading = Reading("vamp_merchant", "m", 0, 1, numerator, numerator * 10, "count")
        return check(Scene(Facts(rates=(reading,)), AT)).verdict

    assert (verdict(1499), verdict(1500)) == ("pass", "fail")


def test_a_masked_field_shows_bin_and_last_four() -> None:
    check = CHECKS["PCI-3.4.1"]
    for leading, trailing, verdict in ((8, 4, "pass"), (9, 4, "fail"), (6, 5, "fail")):
        facts = Facts(surfaces=(replace((clean().surfaces or ())[0], leading=leading, trailing=trailing),))
        assert check(Scene(facts, AT)).verdict == verdict
