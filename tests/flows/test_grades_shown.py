"""The grade of a shop is told to whoever checks a link to it, and to the market with the orders of its time."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import sealane
from orders import order
from sealane.flows.oversight.market import market_rows
from sealane.grading import Own, Published, Scan
from sealane.keys.secrets import digest, new_secret
from sealane.model.ids import new_id
from sealane.model.party import Party, PartyRequest
from sealane.storage import parties
from sealane.web.api.shield import examine

EVER_US = 1 << 62


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[sealane.Sealane]:
    with sealane.open(tmp_path) as opened:
        yield opened


def shop(lane: sealane.Sealane, name: str, *domains: str) -> Party:
    request = PartyRequest(name=name, roles=("merchant",), country="PT", domains=domains)
    return lane.rooms.database.run(lambda tx: parties.add(tx, request, digest(new_secret("sk"))))


def grade(lane: sealane.Sealane, party: Party, letter: str) -> None:
    """Publish a grade as a scan would, with the letter given."""
    now_us = lane.clock()
    graded = msgspec.structs.replace(
        lane.rooms.grading.judge(None, Own(), now_us=now_us),
        grade=letter,  # type: ignore[arg-type]  # only letters of the rubric are given
    )
    published = Published(new_id("grd"), party.party_id, party.domains[0], now_us, "static", "", graded)
    scan = Scan(party.domains[0], now_us, "static", "", (), party.domains)
    lane.rooms.database.run(lambda tx: lane.rooms.grading.publish(tx, published, scan))


def codes(lane: sealane.Sealane, text: str) -> list[str]:
    return [f"{each.code}: {each.text}" for each in examine(lane, text).reasons if each.code == "shop_grade"]


def test_the_address_of_a_shop_tells_its_newest_grade(lane: sealane.Sealane) -> None:
    lamps = shop(lane, "Lamps", "www.lamps-of-lisbon.pt")
    assert codes(lane, "lamps-of-lisbon.pt") == []
    grade(lane, lamps, "U")
    assert codes(lane, "lamps-of-lisbon.pt") == []
    grade(lane, lamps, "B")
    assert codes(lane, "lamps-of-lisbon.pt") == ["shop_grade: lamps-of-lisbon.pt has the grade B here."]
    assert codes(lane, "notlamps-of-lisbon.pt") == []
    assert examine(lane, "lamps-of-lisbon.pt").verdict != "dangerous"
    grade(lane, lamps, "F")
    assert examine(lane, "www.lamps-of-lisbon.pt").verdict == "dangerous"


def test_the_market_shows_each_order_with_the_grade_of_its_time(lane: sealane.Sealane) -> None:
    party = lane.merchant("Lamps")
    body = msgspec.json.encode(order("SO-BEFORE"))
    lane.place(body, merchant="Lamps")
    named = Party(**{**msgspec.structs.asdict(party), "domains": ("lamps.pt",)})
    grade(lane, named, "C")
    lane.place(msgspec.json.encode(order("SO-AFTER")), merchant="Lamps")
    lane.place(msgspec.json.encode(order("SO-OTHER")), merchant="Others")
    with lane.rooms.database.reader() as conn:
        rows = list(market_rows(lane.rooms, conn, 0, EVER_US))
    assert [row.grade for row in rows] == ["U", "C", "U"]
