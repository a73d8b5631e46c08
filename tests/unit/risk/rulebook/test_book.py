"""The rule book: two people publish, changes count at once and after a restart, a failing flow changes nothing."""

from typing import Any

import pytest

from sealane.model.errors import Conflict, InvalidInput, NotFound, NotPermitted
from sealane.risk.policy import RiskPolicy
from sealane.risk.rulebook.book import MAX_SNOOZE_DAYS, Rulebook
from sealane.risk.rulebook.entries import Entry, Snooze
from sealane.storage.database import Database

DAY_US = 86_400_000_000


@pytest.fixture
def book(database: Database, policy: RiskPolicy) -> Rulebook:
    return Rulebook(database, policy)


@pytest.fixture
def text(policy: RiskPolicy) -> str:
    return policy.texts.rules.replace('version = "2026.11"', 'version = "next"')


def test_rules_are_published_by_a_second_person_and_survive_a_restart(
    database: Database, policy: RiskPolicy, book: Rulebook, text: str
) -> None:
    prepared = book.prepare(text)
    proposed = database.run(lambda tx: book.propose(tx, prepared, "ana"))
    assert book.policy is policy
    with pytest.raises(NotPermitted):
        database.run(lambda tx: book.publish(tx, proposed.hash, "ana"))
    with pytest.raises(Conflict):
        database.run(lambda tx: book.propose(tx, prepared, "rui"))
    with pytest.raises(NotFound):
        database.run(lambda tx: book.publish(tx, "0" * 32, "rui"))
    database.run(lambda tx: book.publish(tx, proposed.hash, "rui"))
    assert book.policy.ruleset.version == "next"
    assert Rulebook(database, policy).policy.hashes == book.policy.hashes
    with database.reader() as conn:
        assert book.text(conn, proposed.hash) == text
        assert book.text(conn, policy.hashes.rules) == policy.texts.rules


def test_a_publishing_that_fails_changes_nothing(database: Database, book: Rulebook, text: str) -> None:
    proposed = database.run(lambda tx: book.propose(tx, book.prepare(text), "ana"))

    def failing(tx: Any) -> None:
        book.publish(tx, proposed.hash, "rui")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.run(failing)
    assert book.policy.ruleset.version != "next"


def test_wrong_rules_are_not_prepared(book: Rulebook, text: str) -> None:
    with pytest.raises(InvalidInput, match="mistake"):
        book.prepare(text.replace("cards_per_address_30d", "cards_per_adress_30d"))


def test_lists_take_values_and_give_them_back(database: Database, book: Rulebook, make_fact: Any) -> None:
    database.run(lambda tx: book.add_list(tx, "blocked", "bin", "ana"))
    database.run(lambda tx: book.add_entry(tx, "blocked", Entry("424242", "ana")))
    assert book.marks.note(make_fact(bin="424242")).listed == ",blocked,"
    with database.reader() as conn:
        assert (book.named_list(conn, "blocked").entries, len(book.entries(conn, "blocked"))) == (1, 1)
    database.run(lambda tx: book.drop_entry(tx, "blocked", "424242"))
    assert book.marks.note(make_fact(bin="424242")).listed == ","
    with pytest.raises(NotFound):
        database.run(lambda tx: book.drop_entry(tx, "blocked", "424242"))
    for name, field in (("Blocked", "bin"), ("fine", "verdict")):
        with pytest.raises(InvalidInput):
            database.run(lambda tx, name=name, field=field: book.add_list(tx, name, field, "ana"))
    with pytest.raises(InvalidInput):
        database.run(lambda tx: book.add_entry(tx, "blocked", Entry("1", "ana", expires_us=1)))


def test_a_rule_sleeps_and_wakes(database: Database, book: Rulebook, make_fact: Any) -> None:
    now_us = database.run(lambda tx: tx.now_us)
    snooze = Snooze("drop_address", "bin", "424242", now_us + DAY_US, "ana", "a school")
    database.run(lambda tx: book.snooze(tx, snooze))
    fact = make_fact(at=now_us, bin="424242")
    assert book.marks.note(fact).snoozed == ",drop_address,"
    database.run(lambda tx: book.wake(tx, "drop_address", "bin", "424242"))
    assert book.marks.note(fact).snoozed is None
    for wrong in (
        Snooze("no_such_rule", "bin", "1", now_us + DAY_US, "ana", "x"),
        Snooze("drop_address", "verdict", "1", now_us + DAY_US, "ana", "x"),
        Snooze("drop_address", "bin", "1", now_us + (MAX_SNOOZE_DAYS + 1) * DAY_US, "ana", "x"),
        Snooze("drop_address", "bin", "1", now_us - 1, "ana", "x"),
    ):
        with pytest.raises(InvalidInput):
            database.run(lambda tx, wrong=wrong: book.snooze(tx, wrong))
