"""Drafts: what is filled, what a person writes, and what differs from the report before."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from sealane.model.clock import to_micros
from sealane.model.errors import NotFound
from sealane.model.party import Party
from sealane.supervision.incidents.drafts import draft, text_of
from sealane.supervision.incidents.record import Impact, Incident, Sending

NOW = to_micros(datetime(2026, 11, 22, 12, tzinfo=UTC))
PSP = Party("pty_1", "Tagus Payments", ("psp",), "PT")
IMPACT = Impact(
    people=1200,
    data=("name", "email"),
    effects="Misuse of addresses.",
    measures="Closed.",
    hits_critical_service=True,
    has_malicious_access=True,
    states=("PT", "ES"),
)
INCIDENT = Incident(
    "inc_1",
    "pty_1",
    "Export left open",
    "breach",
    "PT",
    ("gdpr", "dora", "card"),
    {"aware": NOW, "classified": NOW, "suspected": NOW},
    IMPACT,
    description="A file of orders was readable.",
)


def test_a_dora_draft_fills_its_numbered_fields() -> None:
    found = draft(INCIDENT, PSP, "dora", "initial", NOW)
    values = {field.number: field.value for field in found.fields}
    assert (values["1.1"], values["1.2"], values["2.1"]) == ("initial", "Tagus Payments", "inc_1")
    assert values["2.2"] == "2026-11-22T12:00:00Z"
    assert values["2.5"] == "critical services, malicious access, geographical spread"
    own = [field for field in found.fields if field.number.startswith("2.")]
    assert sum(bool(field.value) for field in own) / len(own) >= 0.8
    assert "1.6 Its LEI" in found.to_write


def test_a_gdpr_draft_is_whole_without_typing() -> None:
    found = draft(INCIDENT, PSP, "gdpr", "authority", NOW)
    assert (found.filled_micro, found.to_write) == (1_000_000, ())
    assert found.duty.due_us == NOW + 72 * 3_600_000_000


def test_a_draft_for_the_acquirer_says_who_reports() -> None:
    assert draft(INCIDENT, PSP, "card", "report", NOW).fields[0].number == "reporter"


def test_every_draft_says_that_it_is_one() -> None:
    text = text_of(draft(INCIDENT, PSP, "dora", "initial", NOW))
    assert "not legal advice" in text
    assert "____" in text


def sent(incident: Incident, stage: str, at_us: int) -> Incident:
    """Note a report as sent, with what is known now."""
    return replace(incident, sent=(*incident.sent, Sending("dora", stage, at_us, known=incident.known())))


def test_a_later_report_names_what_differs_from_the_one_before() -> None:
    """The intermediate report after the initial one, the final one after both: by number, with what stood there."""
    first = draft(INCIDENT, PSP, "dora", "initial", NOW)
    assert (first.since, {field.change for field in first.fields}) == (None, {None})
    later = replace(sent(INCIDENT, "initial", NOW), impact=replace(IMPACT, states=("PT",), measures="", cause="A bug."))
    found = draft(later, PSP, "dora", "intermediate", NOW)
    assert found.since is not None
    assert (found.since.stage, found.since.at_us) == ("initial", NOW)
    by = {field.number: field for field in found.fields}
    assert (by["2.6"].change, by["2.6"].before, by["2.6"].value) == ("changed", "ES, PT", "PT")
    assert (by["2.10"].change, by["2.10"].before) == ("changed", "Closed.")
    assert (by["1.1"].change, by["1.1"].before) == ("changed", "initial")
    assert (by["2.4"].change, by["2.4"].before) == (None, "")
    assert by["3.18"].change == "added"
    assert by["1.6"].change is None, "nobody filled it, before or now"
    changes = [field.change for field in found.fields]
    assert found.since.added == changes.count("added") > 10
    assert found.since.changed == changes.count("changed")
    assert "changed, was: ES, PT]" in text_of(found)
    final = draft(sent(later, "intermediate", NOW + 5), PSP, "dora", "final", NOW + 9)
    assert final.since is not None
    assert (final.since.stage, final.since.at_us) == ("intermediate", NOW + 5)
    grown = {field.number for field in final.fields if field.change}
    assert {"1.1", "4.5"} <= grown
    assert all(number == "1.1" or number.startswith("4.") for number in grown)


def test_a_value_that_is_gone_is_named_and_other_addressees_are_not_compared() -> None:
    known = replace(sent(INCIDENT, "initial", NOW), moments={"aware": NOW})
    (gone,) = [field for field in draft(known, PSP, "dora", "initial", NOW).fields if field.change]
    assert (gone.number, gone.change, gone.value, gone.before) == ("2.3", "removed", "", "2026-11-22T12:00:00Z")
    risky = replace(INCIDENT, impact=replace(IMPACT, is_high_risk=True))
    told = replace(risky, sent=(Sending("gdpr", "authority", NOW, known=risky.known()),))
    assert draft(told, PSP, "gdpr", "people", NOW).since is None


def test_what_an_earlier_release_noted_as_sent_is_not_compared() -> None:
    noted = replace(INCIDENT, sent=(Sending("dora", "initial", NOW),))
    assert draft(noted, PSP, "dora", "intermediate", NOW).since is None


def test_a_duty_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(NotFound) as caught:
        draft(INCIDENT, PSP, "nis2", "warning", NOW)
    assert "dora/initial" in caught.value.advice
