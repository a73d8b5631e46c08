"""The public pages, all of them: no login, no script, a narrow phone, light and dark, and nothing from elsewhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

AXE = Path(__file__).parent / "vendor/axe-4.14.1/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SHOP = "lamps.example"
NAMES = ("start", "check", "parcel", "seen", "notice", "audit", "shop")


@pytest.fixture(scope="module")
def pages(server: Server) -> dict[str, str]:
    """The address of each page, about a real order, its notice, and a shop that is registered."""
    shop = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "domains": [SHOP]}
    server.post("/v1/parties", shop, server.operator)
    order = server.place("SO-everybody")
    server.report(order, "consignment.label_created", datetime.now(UTC), tracking_number="RB473124829GB")
    bearer = {"authorization": f"Bearer {server.merchant}"}
    seen = httpx.get(f"{server.url}/v1/orders/{order}", headers=bearer, timeout=30).json()
    wanted = {"consignment": seen["consignments"][0]["consignment_id"], "kind": "delivery"}
    notice = server.post("/v1/notices", wanted, server.merchant)["page"]
    parcel = "/p/" + server.shopper_links[order].partition("/p/")[2]
    return {
        "start": "/",
        "check": "/check",
        "parcel": parcel,
        "seen": f"{parcel}/seen",
        "notice": "/notices/" + notice.partition("/notices/")[2],
        "audit": "/audit",
        "shop": f"/shops/{SHOP}",
    }


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_a_narrow_phone_and_axe_finds_nothing(open_page: Open, pages: dict[str, str], name: str) -> None:
    page = open_page(pages[name], width=320, height=640, signed_in=False)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        assert page.evaluate(WIDER) <= 0
        found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
        assert not [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]], scheme


@pytest.mark.parametrize("name", NAMES)
def test_it_needs_no_script(open_page: Open, pages: dict[str, str], name: str) -> None:
    page = open_page(pages[name], width=320, height=640, signed_in=False, java_script_enabled=False)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    text = page.content()
    for canary in ("Ana Silva", "ana.canary", "Rua Augusta", "203.0.113.9"):
        assert canary not in page.title() + page.url
        assert canary not in text or name == "seen"


TRANSLATED = tuple(name for name in NAMES if name not in {"start", "audit"})
"""The pages for shoppers; those for engineers and auditors are in English."""


@pytest.mark.parametrize("tag", ["ar", "de", "en", "es", "fr", "it", "pl", "pt"])
def test_shoppers_pages_speak_their_language(server: Server, pages: dict[str, str], tag: str) -> None:
    for name in TRANSLATED:
        text = httpx.get(f"{server.url}{pages[name]}", params={"lang": tag}, timeout=30).text
        assert f'<html lang="{tag}" dir="{"rtl" if tag == "ar" else "ltr"}">' in text, name


@pytest.mark.parametrize("name", TRANSLATED)
def test_it_fits_a_phone_from_right_to_left(open_page: Open, pages: dict[str, str], name: str) -> None:
    page = open_page(f"{pages[name]}?lang=ar", width=320, height=640, signed_in=False)
    assert page.evaluate(WIDER) <= 0
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert not [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


def test_a_question_is_answered_without_script(open_page: Open) -> None:
    page = open_page("/check", width=320, height=640, signed_in=False, java_script_enabled=False)
    page.get_by_role("textbox").fill("https://paypal.com@evil.example/login")
    page.get_by_role("button").click()
    expect(page.locator("#answer")).to_have_text("Dangerous")


def test_an_auditor_finds_an_entry_and_sees_it_proven(open_page: Open, server: Server) -> None:
    page = open_page("/audit", width=360, signed_in=False, java_script_enabled=False)
    page.get_by_label("Entry, order, or place").fill(server.orders[0])
    page.get_by_role("button", name="Find").click()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="order.decided")).to_be_visible()
    hashes = page.locator(".path li > code:last-child").all_inner_texts()
    assert hashes[-1] == hashes[-2], "the last step gives the signed root"
    assert server.orders[0] in page.locator("pre").inner_text()


def test_entries_are_found_by_place_kind_and_time(server: Server) -> None:
    def asked(**question: str) -> tuple[int, list[str]]:
        answer = httpx.get(f"{server.url}/audit", params=question, timeout=30)
        return answer.status_code, re.findall(r"/audit/entries/(ent_\w+)/path", answer.text)

    status, decided = asked(kind="order.decided")
    assert (status, len(decided)) == (200, 20)
    assert asked(q=decided[0]) == (200, decided[:1])
    assert asked(q="0")[0] == 200
    assert asked(before="2020-01-01") == (200, [])
    assert asked(kind="no.such", before="2100-01-01T00:00") == (200, [])
    for wrong in ({"q": "zzz"}, {"kind": "<b>"}, {"before": "soon"}, {"q": "9" * 30}):
        assert asked(**wrong) == (422, [])
    for missing in ("999999999", "ent_" + "0" * 26, "ord_" + "0" * 26):
        assert asked(q=missing) == (404, [])
