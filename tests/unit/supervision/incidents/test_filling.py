"""What fills a field, and what leaves it empty."""

from datetime import UTC, datetime

from sealane.model.clock import to_micros
from sealane.model.party import Party
from sealane.supervision.incidents.filling import Dossier, description, impact, people, share, spread, time_of, yes
from sealane.supervision.incidents.record import Impact, Incident

AWARE = to_micros(datetime(2026, 11, 22, 12, tzinfo=UTC))


def dossier(affected: tuple[str, ...] = (), told: str = "", **given: object) -> Dossier:
    incident = Incident(
        "inc_1", "pty_1", "Title", "breach", "PT", (), {"aware": AWARE}, Impact(**given),  # type: ignore[arg-type]  # each test names its own
        affected=affected, description=told,
    )  # fmt: skip
    return Dossier(incident, Party("pty_1", "Tagus", ("psp",), "PT"), "initial", AWARE)


def test_moments_are_in_utc_or_empty() -> None:
    assert time_of("aware")(dossier()) == "2026-11-22T12:00:00Z"
    assert time_of("handled")(dossier()) == ""


def test_people_are_as_told_else_as_computed() -> None:
    assert people(dossier(people=0, affected=("sub_1",))) == "0"
    assert people(dossier(affected=("sub_1", "sub_2"))) == "2"
    assert people(dossier()) == ""


def test_numbers_lists_and_claims() -> None:
    assert share("clients_share")(dossier(clients_share=0.125)) == "12.5 %"
    assert impact("data")(dossier(data=("name", "email"))) == "name, email"
    assert spread(dossier(states=("PT", "ES", "PT"))) == "ES, PT"
    assert spread(dossier()) == "none known"
    assert yes(lambda one: one.impact.is_malicious)(dossier(is_malicious=True)) == "yes"


def test_a_number_that_nobody_told_is_left_to_a_person() -> None:
    for fill in (impact("clients"), impact("hours_lasted"), impact("cost_eur"), share("clients_share")):
        assert fill(dossier()) == ""
    told = dossier(hours_lasted=4.0, clients=2)
    assert (impact("hours_lasted")(told), impact("clients")(told)) == ("4", "2")


def test_the_title_stands_in_for_a_description() -> None:
    assert (description(dossier()), description(dossier(told="More."))) == ("Title", "More.")
