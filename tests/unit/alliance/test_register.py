from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sealane.alliance.epochs import live_epochs
from sealane.alliance.register import Register
from sealane.alliance.wire import Indicator, IndicatorRequest
from sealane.model.clock import from_micros, system_clock
from sealane.model.errors import Conflict, InvalidInput, NotFound
from sealane.storage.database import Database

TAG = "ab" * 16


def request(**changes: Any) -> IndicatorRequest:
    now_us = system_clock()
    whole = IndicatorRequest(
        kind="phone",
        epoch=live_epochs(now_us)[0],
        tag=TAG,
        reason="reroute_theft",
        severity="watch",
        expires_at=from_micros(now_us) + timedelta(days=30),
    )
    return msgspec.structs.replace(whole, **changes)


@pytest.fixture
def register() -> Register:
    return Register()


def report(database: Database, register: Register, party: str, **changes: Any) -> tuple[str, bool]:
    return database.run(lambda tx: register.report(tx, party, request(**changes)))


def newest(database: Database, register: Register) -> Indicator:
    with database.reader() as connection:
        return register.page(connection, 0, system_clock()).items[-1]


def test_one_member_reports_and_a_second_one_confirms(database: Database, register: Register) -> None:
    report(database, register, "mer_1")
    first = newest(database, register)
    assert (first.tag, first.reason, first.members, first.weight) == (TAG, "reroute_theft", 1, 1.0)
    assert not first.is_confirmed
    report(database, register, "mer_2", severity="strong")
    second = newest(database, register)
    assert (second.members, second.severity, second.is_confirmed) == (2, "strong", True)


def test_a_member_reports_a_tag_once(database: Database, register: Register) -> None:
    report(database, register, "mer_1")
    with pytest.raises(Conflict):
        report(database, register, "mer_1")


def test_only_its_reporter_withdraws_and_others_hear_of_it(database: Database, register: Register) -> None:
    indicator_id, _ = report(database, register, "mer_1")
    with pytest.raises(NotFound):
        database.run(lambda tx: register.withdraw(tx, "mer_2", indicator_id))
    database.run(lambda tx: register.withdraw(tx, "mer_1", indicator_id))
    assert newest(database, register).is_withdrawn
    with pytest.raises(NotFound):
        database.run(lambda tx: register.withdraw(tx, "mer_1", indicator_id))


def test_who_was_overturned_weighs_less(database: Database, register: Register) -> None:
    wrong, _ = report(database, register, "mer_1")
    database.run(lambda tx: register.overturn(tx, wrong))
    report(database, register, "mer_1", tag="cd" * 16)
    assert newest(database, register).weight == 0.5


def test_a_touched_canary_shows(database: Database, register: Register) -> None:
    tag = database.run(lambda tx: register.plant(tx, "phone", "drop_address"))
    seen = newest(database, register)
    assert (seen.tag, seen.members) == (tag, 1)
    assert report(database, register, "mer_1", tag=tag)[1]
    assert not report(database, register, "mer_1")[1]


def test_changes_are_read_from_where_one_stopped(database: Database, register: Register) -> None:
    for number in range(3):
        report(database, register, "mer_1", tag=f"{number:032x}")
    with database.reader() as connection:
        whole = register.page(connection, 0, system_clock())
        rest = register.page(connection, whole.items[1].number, system_clock())
    assert [each.tag for each in rest.items] == [f"{2:032x}"]
    assert whole.next_after is None


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"epoch": "2020Q1"}, "/epoch"),
        ({"expires_at": from_micros(0)}, "/expires_at"),
        ({"expires_at": from_micros(system_clock()) + timedelta(days=181)}, "/expires_at"),
        ({"expires_at": (from_micros(system_clock()) + timedelta(days=1)).replace(tzinfo=None)}, "/expires_at"),
    ],
)
def test_a_wrong_report_is_refused(
    database: Database, register: Register, changes: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        report(database, register, "mer_1", **changes)
    assert refusal.value.errors[0].pointer == pointer
