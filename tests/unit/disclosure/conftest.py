"""A disclosure room on a real database and key ring, with terms to grant on."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sealane.app import Sealane, open_lane
from sealane.disclosure import Disclosure, Grant, Terms
from sealane.model.ids import new_id

NOW_US = 1_795_000_000_000_000
HOUR_US = 3_600_000_000


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now_us = NOW_US

    def __call__(self) -> int:
        self.now_us += 1
        return self.now_us


class Room:
    """An open room and its clock."""

    def __init__(self, lane: Sealane, clock: Clock) -> None:
        self.lane = lane
        self.clock = clock
        self.disclosure: Disclosure = lane.rooms.disclosure

    def issue(self, **changes: Any) -> Grant:
        terms = Terms(
            **{
                "order_id": new_id("ord"),
                "consignment_id": None,
                "subject_id": new_id("sub"),
                "merchant_id": new_id("mer"),
                "party_id": "pty_1",
                "audience": "last-mile",
                "purpose": "deliver",
                "leg": "last-mile",
                "fields": 3,
                "is_waiting": False,
                "not_before_us": NOW_US,
                "expires_us": NOW_US + HOUR_US,
                "max_uses": 1,
                **changes,
            }
        )
        return self.lane.rooms.database.run(lambda tx: self.disclosure.issue(tx, terms))

    def again(self, grant: Grant) -> Grant:
        database = self.lane.rooms.database
        return database.run(lambda tx: self.disclosure.grant(tx, grant.reference, by_reference=True))

    def run(self, flow: Any) -> Any:
        return self.lane.rooms.database.run(flow)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    clock = Clock()
    folder: Path = tmp_path_factory.mktemp("room") / "lane"
    with open_lane(folder, clock=clock) as lane:
        yield Room(lane, clock)
