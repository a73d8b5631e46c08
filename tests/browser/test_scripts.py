"""Scripts of a watched payment page in the console: an analyst authorises one with a reason, and withdraws it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from looking import Look, inspect, until
from shops import Shop

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

LOOKS = (Look(1280, 800, "light"), Look(360, 800, "dark"))
CHECKOUT = "<!doctype html><title>Checkout</title><script>pay()</script><script src=/pay.js></script>"


def test_a_script_is_authorised_with_a_reason_and_withdrawn(open_page: Open, server: Server) -> None:
    with Shop(None) as shop:
        shop.change(body=CHECKOUT)
        body = {"name": "Watched", "roles": ["merchant"], "country": "PT", "domains": [f"localhost:{shop.port}"]}
        party = server.post("/v1/parties", body, server.operator)
        watch, key = (
            f"{server.url}/v1/grades/{party['party_id']}/watch",
            {"authorization": f"Bearer {party['api_key']}"},
        )
        asked = {"urls": [f"{shop.origin}/checkout"], "every_seconds": 60}
        assert httpx.put(watch, json=asked, headers=key, timeout=30).status_code == 200
        until(lambda: bool(httpx.get(watch, headers=key, timeout=30).json()["looked_at"]))

    page = open_page(f"/console/grades/{party['party_id']}")
    inspect(page, LOOKS)
    assert page.get_by_text("Nobody authorised it.").count() == 2
    assert page.get_by_text("cannot be authorised").count() == page.get_by_role("button", name="Authorise").count() == 1
    token, name = (page.locator(f"[name={field}]").first.get_attribute("value") for field in ("csrf", "name"))
    form = {"csrf": str(token), "name": str(name), "justification": "no"}
    refused = page.request.post(f"{page.url}/scripts", form=form)
    assert refused.status == 422
    assert ">no</textarea>" in refused.text(), "what was typed stays"

    inline = page.locator("form", has=page.locator("[name=name][value^=inline]")).first
    inline.get_by_label("Why it has to run there").fill("Starts the payment <b>form</b>")
    inline.get_by_role("button", name="Authorise").click()
    expect(page.get_by_text("Starts the payment <b>form</b>")).to_be_visible()
    expect(page.get_by_text("Nobody authorised it.")).to_have_count(1)
    inspect(page, LOOKS)
    entry = page.get_by_role("link", name="Log entry").first
    entry.click()
    expect(page.get_by_text("script.authorised").first).to_be_visible()
    page.go_back()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("Nobody authorised it.")).to_have_count(2)
