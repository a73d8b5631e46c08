from msgspec.structs import replace

from oversight import AT, DAY, HOUR, clean
from sealane.supervision.controls.conduct import Suspicion
from sealane.supervision.controls.duties import CHECKS, duties_met
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.judging import Scene
from sealane.supervision.incidents.record import Sending


def test_a_report_sent_late_stays_late() -> None:
    [incident] = clean().incidents or ()
    aware = incident.moments["aware"]
    late = replace(incident, sent=(Sending("gdpr", "authority", aware + 73 * HOUR),))
    found = duties_met("gdpr", "authority")(Scene(Facts(incidents=(late,)), AT))
    assert (found.verdict, found.faults, found.entries) == ("fail", ("inc_1 authority",), ("ent_inc_1",))


def test_an_incident_opened_later_is_not_judged() -> None:
    [incident] = clean().incidents or ()
    facts = Facts(incidents=(replace(incident, opened_us=AT + DAY, sent=()),))
    assert duties_met("gdpr")(Scene(facts, AT)).verdict == "not_applicable"


def test_a_suspicion_without_suspect_has_sixty_days() -> None:
    def verdict(days: int, *, has_suspect: bool) -> str:
        row = Suspicion(id="u", detected_us=AT - days * DAY, filed_us=None, has_suspect=has_suspect, is_sealed=True)
        return CHECKS["SAR-30"](Scene(Facts(suspicions=(row,)), AT)).verdict

    assert [verdict(31, has_suspect=True), verdict(31, has_suspect=False), verdict(61, has_suspect=False)] == [
        "fail",
        "pass",
        "fail",
    ]
