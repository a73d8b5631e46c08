from typing import get_args

from sealane.keys.ring import KekKind, KeyVersion
from sealane.vault.rotation.schedule import USES, Rotatable, due_of, kinds_due

DAY_US = 86_400_000_000
VERSIONS = (
    KeyVersion("kek/pii", 1, 0),
    KeyVersion("kek/card", 1, 0),
    KeyVersion("kek/card", 2, 50 * DAY_US),
    KeyVersion("kek/index", 1, 60 * DAY_US),
    KeyVersion("blind/subjects", 1, 5 * DAY_US),
    KeyVersion("sign/log", 1, 0),
)


def test_a_key_is_due_some_days_after_its_newest_version() -> None:
    due = due_of(VERSIONS, 90)
    assert due == {
        "kek/pii": 90 * DAY_US,
        "kek/card": 140 * DAY_US,
        "kek/index": 150 * DAY_US,
        "blind/subjects": 95 * DAY_US,
    }
    assert "sign/log" not in due, "what signs the log is its name"
    assert due_of(VERSIONS, 0) == {}


def test_a_kind_is_due_with_the_first_of_its_keys() -> None:
    assert kinds_due(VERSIONS, 90, 90 * DAY_US - 1) == ()
    assert kinds_due(VERSIONS, 90, 90 * DAY_US) == ("pii",)
    assert kinds_due(VERSIONS, 90, 95 * DAY_US) == ("pii", "index")
    assert kinds_due(VERSIONS, 90, 1_000 * DAY_US) == ("pii", "card", "index")
    assert kinds_due(VERSIONS, 0, 1_000 * DAY_US) == ()


def test_every_key_that_wraps_others_is_replaced_in_time_and_the_root_key_is_not() -> None:
    covered = {use for uses in USES.values() for use in uses}
    assert {f"kek/{kind}" for kind in get_args(KekKind)} <= covered
    assert {*USES} == {*get_args(Rotatable)} - {"root"}
