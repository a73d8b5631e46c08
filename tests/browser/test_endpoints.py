"""Endpoints of webhooks in the console: an engineer adds one, tries it, changes its secret, and sends letters again."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from standardwebhooks.webhooks import Webhook

from looking import until
from receivers import Receiver

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

PATH = "/console/settings/endpoints"


def test_an_engineer_sets_up_an_endpoint_and_mends_it(open_page: Open, server: Server) -> None:
    answers = [200]
    with Receiver(lambda _headers, _times: answers[0]) as receiver:
        page = open_page(PATH)
        token = page.locator("[name=csrf]").first.get_attribute("value")
        form = {"csrf": str(token), "url": "ftp://nowhere.example", "scheme": "v1", "party": server.merchant_id}
        refused = page.request.post(f"{server.url}{PATH}", form=form)
        assert refused.status == 422
        assert 'value="ftp://nowhere.example"' in refused.text(), "what was typed stays"

        page.get_by_label("Party").select_option(server.merchant_id)
        page.get_by_label("Address").fill(receiver.url)
        page.get_by_label("Signature").select_option("v1")
        page.get_by_label("order.decided").check()
        page.get_by_role("button", name="Add", exact=True).click()
        secret = page.locator("[data-secret]").inner_text()
        page.get_by_role("link", name="Back").click()
        page.get_by_role("button", name="Try it now").click()
        expect(page.get_by_role("status").first).to_contain_text("The receiver took it, with 200")
        letter = receiver.letters[-1]
        assert Webhook(secret).verify(letter.body, letter.headers)["type"] == "order.decided"

        page.get_by_label("Older secret ends").select_option("0")
        page.get_by_role("button", name="New secret").click()
        fresh = page.locator("[data-secret]").inner_text()
        page.get_by_role("link", name="Back").click()
        answers[0] = 410
        server.place("SO-endpoint")
        until(lambda: bool(page.reload()) and page.get_by_text("Paused: the receiver said").is_visible())
        assert Webhook(fresh).verify(receiver.letters[-1].body, receiver.letters[-1].headers)

        answers[0] = 200
        page.get_by_role("button", name="Let it go on").click()
        page.get_by_role("button", name="Send all dead letters again").click()
        page.goto(f"{page.url}?state=dead")
        until(lambda: bool(page.reload()) and not page.locator("tbody tr").count())
        page.goto(f"{page.url.partition('?')[0]}?state=delivered")
        expect(page.locator("tbody tr").first).to_contain_text("Delivered")
        page.get_by_role("button", name="Send again").first.click()
        page.locator("summary", has_text="Close").click()
        page.get_by_role("button", name="Close this endpoint").click()
        page.wait_for_url(f"{server.url}{PATH}")
        expect(page.get_by_text(receiver.url)).to_have_count(0)
