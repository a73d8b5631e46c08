"""The page `/check`: works as plain HTML, repeats nothing as markup, keeps nothing in addresses."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from orders import order
from sealane.app import Sealane
from sealane.settings import Settings
from sealane.web.app import build

HOSTILE = '<img src=x onerror="alert(1)">\u202egnp </bdi><script>alert(1)</script>'


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Sealane]:
    settings = Settings(data_dir=str(tmp_path / "lane"), public_rate_per_second=5)
    with Sealane.open(settings) as lane:
        lane.place(order(consignments__0__tracking_number="RB123456785GB"))
        yield lane


def ask(lane: Sealane, *calls: tuple[str, dict[str, Any]]) -> list[httpx.Response]:
    async def main() -> list[httpx.Response]:
        transport = httpx.ASGITransport(build(lane))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return [await client.request(method, "/check", **options) for method, options in calls]

    return asyncio.run(main())


def checked(lane: Sealane, text: str) -> httpx.Response:
    return ask(lane, ("POST", {"data": {"text": text}}))[0]


def test_the_page_has_one_box_and_needs_no_script(lane: Sealane) -> None:
    (page,) = ask(lane, ("GET", {}))
    assert page.status_code == 200
    assert page.text.count("<textarea") == 1
    assert "<script" not in page.text
    assert 'method="post"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    ("text", "heading", "tone"),
    [
        ("RB 123 456 785 GB", "Genuine", "good"),
        ("https://www.dhl.com", "Official site", "good"),
        ("https://dhl-fee.top", "Dangerous", "bad"),
        ("https://example.org", "We can", "caution"),
    ],
)
def test_each_answer_has_a_word_a_tone_and_steps(lane: Sealane, text: str, heading: str, tone: str) -> None:
    page = checked(lane, text)
    assert page.status_code == 200
    assert heading in page.text
    assert f'data-tone="{tone}"' in page.text
    assert "What to do now" in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "text", [HOSTILE, f"https://{HOSTILE}.top", f"DHL parcel fee {HOSTILE} https://dhl-fee.top/{HOSTILE}"]
)
def test_nothing_comes_back_as_markup(lane: Sealane, text: str) -> None:
    page = checked(lane, text)
    assert page.status_code == 200
    for mark in ("<img", "<script", "\u202e", "onerror"):
        assert mark not in page.text


def test_an_empty_box_shows_the_page_again(lane: Sealane) -> None:
    page = checked(lane, "  ")
    assert page.status_code == 200
    assert "What to do now" not in page.text


def test_what_is_too_long_or_no_form_is_refused_with_a_page(lane: Sealane) -> None:
    assert checked(lane, "a" * 1_100_000).status_code == 413
    (page,) = ask(lane, ("POST", {"content": b"\xff\xfe", "headers": {"content-type": "application/octet-stream"}}))
    assert page.status_code == 422


def test_one_address_may_not_ask_without_end(lane: Sealane) -> None:
    answers = ask(lane, *[("POST", {"data": {"text": "hello"}})] * 40)
    assert {answer.status_code for answer in answers} == {200, 429}
