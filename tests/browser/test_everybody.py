"""The public pages, all of them: no login, no script, a narrow phone, eight languages, and nothing from elsewhere."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from looking import NARROW, complaints, inspect, is_wider

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

SHOP = "lamps.example"
NUMBER = "RB473124829GB"
NAMES = ("start", "check", "parcel", "seen", "notice", "audit", "entry", "shop", "refusal")
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "pl", "pt")
UNKNOWN = "We can\u2019t tell"
QUESTIONS = (
    ("Your DHL parcel is on hold. Pay 1.99 now: https://dhl-parcel-fee.top/pay", "Dangerous"),
    ("https://www.dhl.com/track", "Official site"),
    ("royalmail-redelivery.com", "Dangerous"),
    ("https://paypal.com@evil.example/login", "Dangerous"),
    (NUMBER, "Genuine"),
    ("RB123456785GB", UNKNOWN),
    ("Hi mum, this is my new number", UNKNOWN),
    ("USPS: reply Y, then open http://usps.com-xkq.top", "Dangerous"),
    ("some-lamp-shop.com", UNKNOWN),
    ("javascript:alert(document.domain)", "Dangerous"),
)


@pytest.fixture(scope="module")
def pages(server: Server) -> dict[str, str]:
    """The address of each page, about a real order, its notice, and a shop that is registered."""
    shop = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "domains": [SHOP]}
    server.post("/v1/parties", shop, server.operator)
    order = server.place("SO-everybody")
    server.report(order, "consignment.label_created", datetime.now(UTC), tracking_number=NUMBER)
    bearer = {"authorization": f"Bearer {server.merchant}"}
    seen = httpx.get(f"{server.url}/v1/orders/{order}", headers=bearer, timeout=30).json()
    wanted = {
        "consignment": seen["consignments"][0]["consignment_id"],
        "kind": "fee",
        "amount": {"amount_minor": 199, "currency": "EUR"},
        "link": "https://lamps.example/pay",
    }
    notice = server.post("/v1/notices", wanted, server.merchant)["page"]
    parcel = "/p/" + server.shopper_links[order].partition("/p/")[2]
    entry = re.search(r"/audit/entries/ent_\w+/path", httpx.get(f"{server.url}/audit", params={"q": order}).text)
    assert entry is not None
    return {
        "start": "/",
        "check": "/check",
        "parcel": parcel,
        "seen": f"{parcel}/seen",
        "notice": "/notices/" + notice.partition("/notices/")[2],
        "audit": f"/audit?q={order}",
        "entry": entry[0],
        "shop": f"/shops/{SHOP}",
        "refusal": "/shops/nobody.example",
    }


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_a_narrow_phone_and_axe_finds_nothing(open_page: Open, pages: dict[str, str], name: str) -> None:
    page = open_page(pages[name], signed_in=False)
    inspect(page, NARROW)
    page.goto(page.url + ("&" if "?" in page.url else "?") + "lang=ar")
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    inspect(page, NARROW[:1])


def test_it_needs_no_script(open_page: Open, server: Server, pages: dict[str, str]) -> None:
    page = open_page("/", width=320, height=640, signed_in=False, java_script_enabled=False)
    for name, path in pages.items():
        page.goto(f"{server.url}{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        text = page.content()
        for canary in ("Ana Silva", "ana.canary", "Rua Augusta", "203.0.113.9"):
            assert canary not in page.title() + page.url
            assert canary not in text or name == "seen"


def test_each_page_speaks_eight_languages(server: Server, pages: dict[str, str]) -> None:
    with httpx.Client(base_url=server.url, timeout=30) as client:
        for tag in LANGUAGES:
            for name, path in pages.items():
                text = client.get(path + ("&" if "?" in path else "?") + f"lang={tag}").text
                assert f'<html lang="{tag}" dir="{"rtl" if tag == "ar" else "ltr"}">' in text, (name, tag)


def test_ten_questions_are_answered_at_once(open_page: Open, pages: dict[str, str]) -> None:
    page = open_page(pages["check"], width=360, height=740, signed_in=False)
    for text, word in QUESTIONS:
        page.get_by_role("textbox").fill(text)
        page.get_by_role("button").click()
        expect(page.locator("#answer")).to_have_text(word)
        assert not is_wider(page), text
        assert page.locator(".steps li").count() >= 1
        answer = page.locator(".answer").bounding_box()
        assert answer is not None
        assert answer["y"] < 300, "the answer stands on the first screen"
    assert not complaints(page)


def test_an_answer_in_arabic_runs_from_right_to_left(open_page: Open) -> None:
    page = open_page("/check?lang=ar", signed_in=False)
    page.get_by_role("textbox").fill(QUESTIONS[0][0])
    page.get_by_role("button").click()
    expect(page.locator("#answer")).to_have_text("خطيرة")
    assert page.evaluate("getComputedStyle(document.querySelector('.answer')).borderRightWidth") == "4px"
    inspect(page, NARROW)


def test_a_notice_shows_what_was_signed_and_a_code_to_scan(open_page: Open, pages: dict[str, str]) -> None:
    page = open_page(pages["notice"], width=360, height=740, signed_in=False)
    expect(page.locator("#answer")).to_have_text("Genuine")
    expect(page.locator(".facts")).to_contain_text("1.99 EUR")
    assert page.evaluate("document.querySelector('.code img').naturalWidth") > 0


def test_a_question_is_answered_without_script(open_page: Open) -> None:
    page = open_page("/check", width=320, height=640, signed_in=False, java_script_enabled=False)
    page.get_by_role("textbox").fill("https://paypal.com@evil.example/login")
    page.get_by_role("button").click()
    expect(page.locator("#answer")).to_have_text("Dangerous")


def test_an_auditor_finds_an_entry_and_sees_it_proven(open_page: Open, server: Server) -> None:
    page = open_page("/audit", width=360, signed_in=False, java_script_enabled=False)
    page.get_by_label("Entry, order, place, or the address of a shop").fill(server.orders[0])
    page.get_by_role("button", name="Find").click()
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="order.decided")).to_be_visible()
    hashes = page.locator(".path li > code:last-child").all_inner_texts()
    assert hashes[-1] == hashes[-2], "the last step gives the signed root"
    assert server.orders[0] in page.locator("pre").inner_text()


def test_controls_can_be_kept_as_files(open_page: Open, server: Server, cookies: Any) -> None:
    kept = {one["name"]: one["value"] for one in cookies}
    with httpx.Client(base_url=server.url, cookies=kept, timeout=30) as client:
        token = client.get("/console/controls").text.partition('name="csrf" value="')[2].partition('"')[0]
        assert client.post("/console/controls/runs", data={"csrf": token}).status_code == 303
    page = open_page("/audit", width=320, signed_in=False, java_script_enabled=False)
    assert not is_wider(page)
    for name, begins in (("controls.json", b"{"), ("controls.csv", b"control"), ("controls.oscal.json", b"{")):
        with page.expect_download() as download:
            page.get_by_role("link", name=name).click()
        assert download.value.suggested_filename == name
        assert download.value.path().read_bytes().startswith(begins)


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
    for missing in ("999999999", "ent_" + "0" * 26, "ord_" + "0" * 26, "nobody.example"):
        assert asked(q=missing) == (404, [])
