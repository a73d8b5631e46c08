"""The console in a real Chromium: guarded, readable, reachable by keyboard, alive, and silent about people."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from looking import complaints, inspect

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

PAGES = (
    "/console",
    "/console?range=all",
    "/console/orders",
    "/console/orders?outcome=approve",
    "ORDER",
    "/console/log",
)


def path_of(page: str, server: Server) -> str:
    return f"/console/orders/{server.orders[60]}" if page == "ORDER" else page


def test_pages_fit_every_width_and_axe_finds_nothing(open_page: Open, server: Server) -> None:
    page = open_page("/console")
    for path in PAGES:
        page.goto(f"{server.url}{path_of(path, server)}")
        inspect(page)


@pytest.mark.parametrize("path", ["/console/signin", "/console/signin?token=si_x"])
def test_open_pages_are_as_good(open_page: Open, path: str) -> None:
    inspect(open_page(path, signed_in=False))


def test_a_link_works_once(server: Server, open_page: Open) -> None:
    link = server.new_link().removeprefix(server.url)
    first = open_page(link, signed_in=False)
    first.get_by_role("button", name="Sign in").click()
    expect(first.get_by_role("heading", name="Overview")).to_be_visible()
    answer = httpx.get(f"{server.url}{link}")
    assert answer.status_code == 200
    assert "used before" not in answer.text


def test_signing_out_ends_the_session(server: Server, open_page: Open) -> None:
    page = open_page(server.new_link().removeprefix(server.url), signed_in=False)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in to the console")).to_be_visible()
    page.goto(f"{server.url}/console/orders")
    expect(page).to_have_url(f"{server.url}/console/signin")


def test_what_callers_write_runs_nothing(open_page: Open, server: Server) -> None:
    page = open_page(path_of("ORDER", server))
    assert page.title() == f"Order {server.orders[60]} · Sealane"
    assert page.locator("main img, main script, main iframe").count() == 0
    expect(page.locator("bdi").filter(has_text="[U+202E]gnp.exe").first).to_be_visible()
    orders = open_page("/console/orders")
    expect(orders.locator("tbody bdi").filter(has_text=server.hostile[:20]).first).to_be_visible()


def test_nothing_personal_is_on_any_page(open_page: Open, server: Server) -> None:
    page = open_page("/console")
    for path in PAGES:
        page.goto(f"{server.url}{path_of(path, server)}")
        text = page.content()
        for canary in ("Ana Silva", "ana.canary", "Rua Augusta", "203.0.113.9", "1100-053"):
            assert canary not in text


def test_the_keyboard_reaches_everything(open_page: Open, server: Server) -> None:
    page = open_page("/console")
    page.keyboard.press("g")
    page.keyboard.press("o")
    page.wait_for_url(f"{server.url}/console/orders")
    page.keyboard.press("/")
    expect(page.locator("[data-filter]")).to_be_focused()
    page.keyboard.type("cn-pt")
    page.keyboard.press("Enter")
    page.wait_for_url("**lane=cn-pt**")
    for key in "jjk":
        page.keyboard.press(key)
    expect(page.locator("tr.here")).to_have_count(1)
    wanted = page.locator("tr.here a").get_attribute("href")
    assert wanted == page.locator("tr[data-row] a").first.get_attribute("href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}{wanted}")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url(f"{server.url}/console/interchange")


def test_the_list_of_keys_opens_closes_and_switches_single_keys_off(open_page: Open) -> None:
    page = open_page("/console/orders")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert not complaints(page)
    page.get_by_label("Use single keys in this browser").uncheck()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("tr.here")).to_have_count(0)


def test_focus_can_be_seen_on_every_stop(open_page: Open) -> None:
    page = open_page("/console/orders")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _ in range(16):
        outline = page.evaluate("getComputedStyle(document.activeElement).outline")
        assert "2px" in outline or "auto" in outline, outline
        page.keyboard.press("Tab")


def timed(page: Page) -> Page:
    """Give the page a clock that the test turns, so that nobody waits for its next question to the server."""
    page.clock.install()
    page.reload()
    return page


def test_the_overview_lives_pauses_and_rests_while_nobody_looks(open_page: Open, server: Server) -> None:
    page = timed(open_page("/console?range=all"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/console/live" in request.url else None)
    count = page.locator(".figures dd a").first
    before = int(count.inner_text().replace(",", ""))
    for status in (200, 304):  # unchanged, the page is not sent again
        with page.expect_response(lambda answer: "/console/live" in answer.url) as answered:
            page.clock.run_for(5_000)
        assert answered.value.status == status
        answered.value.finished()
    page.get_by_text("As a table").click()
    server.place("SO-live")
    page.clock.run_for(5_000)
    expect(count).to_have_text(f"{before + 1:,}")
    expect(page.get_by_role("group", name="Loss and friction as a table")).to_be_visible()
    page.get_by_role("button", name="Live").click()
    expect(page.get_by_role("button", name="Paused")).to_be_visible()
    asked.clear()
    page.clock.run_for(60_000)
    assert asked == []
    page.get_by_role("button", name="Paused").click()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.clock.run_for(60_000)
    assert asked == []


def test_a_page_left_open_goes_to_sign_in_when_its_session_ends(open_page: Open, server: Server) -> None:
    page = open_page(server.new_link().removeprefix(server.url), signed_in=False)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/console")
    timed(page)
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    csrf = page.locator("input[name=csrf]").get_attribute("value")
    left = httpx.post(f"{server.url}/console/signout", data={"csrf": csrf}, cookies=cookies)
    assert left.status_code == 303
    page.clock.run_for(5_000)
    page.wait_for_url(f"{server.url}/console/signin")


def test_reading_needs_no_script(open_page: Open, server: Server) -> None:
    page = open_page("/console", java_script_enabled=False)
    for path in PAGES:
        page.goto(f"{server.url}{path_of(path, server)}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(f"{server.url}/console/orders")
    page.get_by_label("Outcome").select_option("approve")
    page.get_by_role("button", name="Filter").click()
    assert "outcome=approve" in page.url
    page.get_by_role("link", name="Older").or_(page.get_by_role("heading", level=1)).first.click()


def test_pages_of_orders_follow_each_other(open_page: Open, server: Server) -> None:
    page = open_page("/console/orders")
    older, counts = page.get_by_role("link", name="Older"), [page.locator("tr[data-row]").count()]
    while older.count():
        older.click()
        counts.append(page.locator("tr[data-row]").count())
    assert len(counts) > 1
    assert sum(counts) == len(server.orders)
    page.get_by_role("link", name="Newest").click()
    assert page.locator("tr[data-row]").count() == counts[0]


def test_a_bundle_can_be_downloaded(open_page: Open) -> None:
    page = open_page("/console/log")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").first.click()
    assert download.value.suggested_filename.startswith("ent_")


def test_a_first_visit_is_light(open_page: Open, server: Server) -> None:
    page = open_page(path_of("ORDER", server))
    sizes = page.evaluate("performance.getEntriesByType('resource').map(one => [one.name, one.decodedBodySize])")
    script = sum(size for name, size in sizes if ".js" in name)
    assert script <= 48_000
