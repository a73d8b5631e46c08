from typing import get_args

from sealane.model.event import EVENT_KINDS
from sealane.risk.facts import FIELD_GROUPS
from sealane.risk.signals.series import MOVEMENTS, SERIES


def test_series_name_kinds_and_fields_that_exist() -> None:
    for name, series in SERIES.items():
        assert name == series.name
        assert set(series.kinds) <= {"order", *EVENT_KINDS}
        assert all(condition.field in FIELD_GROUPS for condition in series.where)
        assert all(condition.test in get_args(type(condition).__annotations__["test"]) for condition in series.where)


def test_every_kind_of_event_counts_somewhere() -> None:
    counted = {kind for series in SERIES.values() if series.name != "events" for kind in series.kinds}
    assert {"order", *EVENT_KINDS} - counted == {"payment.authorized", "consignment.lost"}


def test_a_label_alone_is_no_movement() -> None:
    assert "consignment.label_created" not in MOVEMENTS
    assert "consignment.handed_over" in MOVEMENTS
