"""The numbers of the template, each once and in order, and what fills them."""

from sealane.model.party import Party
from sealane.supervision.incidents.dora import FINAL, INITIAL, INTERMEDIATE
from sealane.supervision.incidents.filling import Dossier
from sealane.supervision.incidents.record import Impact, Incident

PSP = Party("pty_1", "Tagus Payments", ("psp",), "PT")


def numbers(chapter: int, last: int) -> list[str]:
    return [f"{chapter}.{number}" for number in range(1, last + 1)]


def test_the_fields_have_the_numbers_of_the_template() -> None:
    initial = numbers(1, 15) + numbers(2, 10)
    intermediate = initial + numbers(3, 35)
    assert [field.number for field in INITIAL] == initial
    assert [field.number for field in INTERMEDIATE] == intermediate
    assert [field.number for field in FINAL] == intermediate + numbers(4, 16)


def filled(**impact: object) -> dict[str, str]:
    incident = Incident("inc_1", "pty_1", "t", "outage", "PT", ("dora", "gdpr"), {}, Impact(**impact))  # type: ignore[arg-type]  # each test names its own
    dossier = Dossier(incident, PSP, "final", 0)
    return {field.number: field.fill(dossier) for field in FINAL if field.fill}


def test_the_impact_fills_type_losses_other_reports_and_costs() -> None:
    found = filled(
        is_malicious=True, has_data_loss=True, data=("name", "email"), people=12, cost_eur=120_000, measures="Closed.",
        is_cross_border=True, effects="No payouts.",
    )  # fmt: skip
    assert (found["3.23"], found["3.31"], found["4.12"]) == ("cybersecurity-related", "gdpr", "yes")
    assert (found["3.19"], found["3.21"]) == ("No payouts.", "name, email, of 12 people")
    assert (found["3.33"], found["3.34"]) == ("yes", "Closed.")


def test_what_is_unknown_is_left_to_a_person_or_said_so() -> None:
    found = filled()
    assert (found["3.23"], found["3.19"], found["3.21"], found["4.12"]) == ("", "none known", "none known", "no")
    assert {"3.6", "3.30", "4.1"}.isdisjoint(found)
