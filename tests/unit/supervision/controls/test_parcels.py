from datetime import UTC, datetime

from msgspec.structs import replace

from oversight import AT, clean
from sealane.model.clock import to_micros
from sealane.supervision.controls.conduct import Seller
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Scene
from sealane.supervision.controls.parcels import CHECKS


def test_a_filing_is_asked_only_of_consignments_that_need_it() -> None:
    [manifest] = clean().manifests or ()
    other = replace(manifest, regimes=("ead",), missing=("weight",))
    assert CHECKS["UPU-EAD"](Scene(Facts(manifests=(other,)), AT)).verdict == "fail"
    assert CHECKS["US-ACAS"](Scene(Facts(manifests=(other,)), AT)).verdict == "not_applicable"


def test_what_lacks_data_may_be_held_instead() -> None:
    [manifest] = clean().manifests or ()
    held = replace(manifest, filed_us=None, held=True)
    assert CHECKS["US-STOP"](Scene(Facts(manifests=(held,)), AT)).verdict == "pass"
    assert CHECKS["ICS2-PLACI"](Scene(Facts(manifests=(held,)), AT)).verdict == "fail"


def test_a_seller_of_whom_nobody_told_is_not_judged() -> None:
    unknown = Seller(id="s", country="PT", is_identified=None, is_selling=True, sales=1, value_eur_minor=1)
    big = replace(unknown, sales=30)

    def verdict(control: str, seller: Seller) -> str:
        return CHECKS[control](Scene(Facts(sellers=(seller,)), AT)).verdict

    assert verdict("DSA-30", unknown) == "not_measurable"
    assert verdict("DSA-30", replace(unknown, is_identified=False)) == "fail"
    assert verdict("DSA-30", replace(unknown, is_selling=False)) == "pass"
    assert verdict("DAC7", unknown) == "not_applicable"
    assert verdict("DAC7", big) == "not_measurable"
    assert verdict("DAC7", replace(big, is_identified=False)) == "fail"


def test_the_yearly_report_is_due_when_january_is_over() -> None:
    [seller] = clean().sellers or ()
    facts = Facts(sellers=(replace(seller, reported_us=None),))
    january, february = (to_micros(datetime(2026, month, 3, tzinfo=UTC)) for month in (1, 2))
    assert CHECKS["DAC7"](Scene(facts, january)).verdict == "pass"
    assert CHECKS["DAC7"](Scene(facts, february)).verdict == "fail"
