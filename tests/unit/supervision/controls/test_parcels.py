from datetime import UTC, datetime

from msgspec.structs import replace

from oversight import AT, clean
from sealane.model.clock import to_micros
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


def test_the_yearly_report_is_due_when_january_is_over() -> None:
    [seller] = clean().sellers or ()
    facts = Facts(sellers=(replace(seller, reported_us=None),))
    january, february = (to_micros(datetime(2026, month, 3, tzinfo=UTC)) for month in (1, 2))
    assert CHECKS["DAC7"](Scene(facts, january)).verdict == "pass"
    assert CHECKS["DAC7"](Scene(facts, february)).verdict == "fail"
