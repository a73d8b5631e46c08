"""The pages for whoever opens the address, and for auditors: what is found, and how a refusal is told to a visitor."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sealane.app import Sealane
from sealane.flows.trust.grading import publish_grade
from sealane.grading import Own, Scan
from sealane.keys.secrets import digest, new_secret
from sealane.model.party import PartyRequest
from sealane.settings import Settings
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.web.app import build
from sealane.web.console import presentation

SHOP = "lamps.example"


@pytest.fixture(scope="module")
def lane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealane]:
    with Sealane.open(Settings(data_dir=str(tmp_path_factory.mktemp("public") / "lane"))) as lane:
        yield lane


@pytest.fixture(scope="module")
def graded(lane: Sealane) -> str:
    """The entry of the grade of a shop; another shop has none."""

    def flow(tx: Transaction) -> str:
        party, _ = (
            parties.add(
                tx,
                PartyRequest(name="Lamps", roles=("merchant",), country="PT", domains=(domain,)),
                digest(new_secret("sk")),
            )
            for domain in (SHOP, "new.example")
        )
        return publish_grade(lane.rooms, party, Scan(SHOP, tx.now_us, "static", "", (), (SHOP,)), Own(), tx).entry_id

    return lane.rooms.database.run(flow)


def ask(lane: Sealane, path: str, **options: Any) -> httpx.Response:
    async def main() -> httpx.Response:
        transport = httpx.ASGITransport(build(lane))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(path, **options)

    return asyncio.run(main())


def test_the_start_page_is_open_and_names_the_log(lane: Sealane) -> None:
    page = ask(lane, "/")
    assert page.status_code == 200
    assert lane.rooms.log.public_key() in page.text.replace("&#43;", "+")
    assert page.headers["content-security-policy"] == presentation.GUARDS["content-security-policy"]


def test_the_grades_of_a_shop_are_found_by_its_address(lane: Sealane, graded: str) -> None:
    lane.rooms.log.prove(graded)
    found = ask(lane, "/audit", params={"q": SHOP.upper()})
    assert found.status_code == 200
    assert found.text.count(f"/audit/entries/{graded}/path") == 1
    for unknown in ("new.example", "nobody.example"):
        missing = ask(lane, "/audit", params={"q": unknown})
        assert (missing.status_code, "The log has no grade of this shop." in missing.text) == (404, True)


def test_other_languages_keep_the_question(lane: Sealane) -> None:
    page = ask(lane, "/audit", params={"kind": "key.rotated", "lang": "pl"})
    assert "?kind=key.rotated&amp;lang=ar" in page.text


@pytest.mark.parametrize("path", ["/p/nothing", "/shops/nobody.example", "/notices/nothing", "/audit/entries/ent_0"])
def test_a_refusal_speaks_the_visitors_language_and_leads_to_no_console(lane: Sealane, path: str) -> None:
    page = ask(lane, path, headers={"accept-language": "de-AT"})
    assert page.status_code == 404
    assert '<html lang="de" dir="ltr">' in page.text
    assert "/console" not in page.text
    assert 'lang="en" dir="ltr">' not in page.text, "each sentence is translated"
