from datetime import UTC, datetime

import pytest

from sealane.model.clock import to_micros
from sealane.model.errors import NotFound
from sealane.model.party import Party
from sealane.supervision.incidents.drafts import draft, text_of
from sealane.supervision.incidents.record import Impact, Incident

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


def test_a_duty_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(NotFound) as caught:
        draft(INCIDENT, PSP, "nis2", "warning", NOW)
    assert "dora/initial" in caught.value.advice
