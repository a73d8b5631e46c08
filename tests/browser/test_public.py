"""The public pages on a small phone: ten questions as somebody in a hurry asks them, in two directions of writing."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
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
UNKNOWN = "We can\u2019t tell"
NUMBER = "RB473124829GB"
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


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


@pytest.fixture(scope="module")
def notice(server: Server) -> str:
    """A parcel that is known here, and the page of a notice about it."""
    order = server.place("SO-notice")
    server.report(order, "consignment.label_created", datetime.now(UTC), tracking_number=NUMBER)
    bearer = {"authorization": f"Bearer {server.merchant}"}
    seen = httpx.get(f"{server.url}/v1/orders/{order}", headers=bearer, timeout=30).json()
    body = {
        "consignment": seen["consignments"][0]["consignment_id"],
        "kind": "fee",
        "amount": {"amount_minor": 199, "currency": "EUR"},
        "link": "https://lamps.example/pay",
    }
    return str(server.post("/v1/notices", body, server.merchant)["page"])


def test_ten_questions_are_answered_at_once(open_page: Open, notice: str) -> None:
    assert notice
    page = open_page("/check", width=360, height=740, signed_in=False)
    for text, word in QUESTIONS:
        began = perf_counter()
        page.get_by_role("textbox").fill(text)
        page.get_by_role("button").click()
        expect(page.locator("#answer")).to_have_text(word)
        assert perf_counter() - began < 5
        assert page.evaluate(WIDER) <= 0, text
        assert page.locator(".steps li").count() >= 1
        answer = page.locator(".answer").bounding_box()
        assert answer is not None
        assert answer["y"] < 300, "the answer stands on the first screen"
    assert not complaints(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_arabic_runs_from_right_to_left(open_page: Open, scheme: str) -> None:
    page = open_page("/check?lang=ar", width=320, height=640, scheme=scheme, signed_in=False)
    assert page.evaluate("getComputedStyle(document.documentElement).direction") == "rtl"
    page.get_by_role("textbox").fill(QUESTIONS[0][0])
    page.get_by_role("button").click()
    expect(page.locator("#answer")).to_have_text("خطيرة")
    border = page.evaluate("getComputedStyle(document.querySelector('.answer')).borderRightWidth")
    assert border == "4px"
    assert page.evaluate(WIDER) <= 0
    assert not complaints(page)


def test_a_notice_shows_what_was_signed_and_a_code_to_scan(open_page: Open, notice: str) -> None:
    path = "/" + notice.partition("://")[2].partition("/")[2]
    page = open_page(path, width=360, height=740, signed_in=False)
    expect(page.locator("#answer")).to_have_text("Genuine")
    expect(page.locator(".facts")).to_contain_text("1.99 EUR")
    assert page.evaluate("document.querySelector('.code img').naturalWidth") > 0
    assert page.evaluate(WIDER) <= 0
    assert not complaints(page)
