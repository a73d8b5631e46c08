"""Marks: what lists and snoozes say of a fact at the moment it is observed."""

from typing import Any

from sealane.risk.rulebook.entries import Entry, NamedList, Snooze
from sealane.risk.rulebook.marks import Marks

START_US = 1_790_000_000_000_000


def named(name: str, field: str, *entries: Entry) -> tuple[NamedList, tuple[Entry, ...]]:
    return NamedList(name, field, 0, "ana"), entries


def test_a_fact_is_marked_by_every_list_that_names_it_and_has_not_ended(make_fact: Any) -> None:
    fact = make_fact(at=START_US, bin="424242", parcels=[{"consignee_country": "PT"}, {"consignee_country": "ES"}])
    marks = Marks(
        [
            named("iberia", "consignee_country", Entry("ES", "ana")),
            named("ended", "bin", Entry("424242", "ana", expires_us=START_US)),
            named("running", "bin", Entry("424242", "ana", expires_us=START_US + 1)),
        ]
    )
    assert marks.note(fact).listed == ",iberia,running,"
    assert marks.note(make_fact(at=START_US)).listed == ","


def test_without_lists_the_fact_stays_as_it_is(make_fact: Any) -> None:
    fact = make_fact(at=START_US)
    assert Marks().note(fact) is fact


def test_a_snoozed_rule_is_noted_for_its_value_only(make_fact: Any) -> None:
    marks = Marks((), [Snooze("drop_address", "card", b"c" * 16, START_US + 1, "ana", "known")])
    assert marks.note(make_fact(at=START_US, card=b"c" * 16)).snoozed == ",drop_address,"
    assert marks.note(make_fact(at=START_US, card=b"d" * 16)).snoozed is None
    assert marks.note(make_fact(at=START_US + 1, card=b"c" * 16)).snoozed is None
