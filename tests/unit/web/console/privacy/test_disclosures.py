"""The disclosures page: refused attempts and grants, and no value anywhere."""

import json
import os
from collections.abc import Callable

import httpx
import pytest

from orders import order
from sealane.app import Sealane
from sealane.flows.privacy.disclose import Denied, Redemption, redeem
from sealane.flows.privacy.granting import GrantRequest, grant
from sealane.model.party import PartyRequest
from sealane.storage import parties
from sealane.web.app import Door

Ask = Callable[[str], httpx.Response]


@pytest.fixture
def ask(asking: Callable[..., httpx.Response], site: Door, cookie: dict[str, str]) -> Ask:
    return lambda path: asking(site, "GET", path, cookies=cookie)


def test_an_empty_page_says_so(ask: Ask) -> None:
    page = ask("/console/disclosures").text
    assert "Nobody was refused." in page
    assert "No grant yet." in page
    assert "(15 of 88 pairs" in page


def test_refused_attempts_and_grants_are_shown_without_values(lane: Sealane, ask: Ask) -> None:
    run, rooms = lane.rooms.database.run, lane.rooms
    request = PartyRequest(name="Fast <Wings>", roles=("carrier",), country="PT")
    carrier, thief = (run(lambda tx: parties.add(tx, request, os.urandom(32))) for _ in range(2))
    placed, merchant = lane.place(order()), lane.merchant("Local merchant")
    asked = GrantRequest(party_id=carrier.party_id, purpose="deliver", order=placed.order_id, leg="last-mile")
    made = run(lambda tx: grant(rooms, merchant, asked, tx)).grant
    assert isinstance(run(lambda tx: redeem(rooms, Redemption(thief, made), tx)), Denied)
    page = ask("/console/disclosures").text
    assert all(words in page for words in ("Fast &lt;Wings&gt;", "not-permitted", made.reference, "name, street, unit"))
    assert "Ana" not in page
    twin = json.loads(ask("/console/disclosures.json").text)
    assert [each["code"] for each in twin["attempts"]] == ["not-permitted"]
    assert twin["grants"][0]["standing"] == "open"
