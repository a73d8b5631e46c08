"""The console in a real Chromium: guarded, readable, reachable by keyboard, alive, and silent about people."""

from collections.abc import Callable
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
PAGES = (
    "/console",
    "/console?range=all",
    "/console/orders",
    "/console/orders?outcome=approve",
    "ORDER",
    "/console/log",
)
SIZES = ((1440, 900), (720, 450), (360, 740), (320, 640))
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def path_of(page: str, server: Server) -> str:
    return f"/console/orders/{server.orders[60]}" if page == "ORDER" else page


def complaints(page: Page) -> list[str]:
    """Return what axe finds wrong, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_fit_every_width_and_axe_finds_nothing(open_page: Open, server: Server, path: str, scheme: str) -> None:
    for width, height in SIZES:
        page = open_page(path_of(path, server), width=width, height=height, scheme=scheme)
        assert page.evaluate(WIDER) <= 0, f"{path} scrolls sideways at {width}"
        assert not complaints(page), (path, width)


@pytest.mark.parametrize("path", ["/", "/console/signin", "/console/signin?token=si_x"])
def test_open_pages_are_as_good(open_page: Open, path: str) -> None:
    for width in (1440, 320):
        for scheme in ("light", "dark"):
            page = open_page(path, width=width, scheme=scheme, signed_in=False)
            assert page.evaluate(WIDER) <= 0
            assert not complaints(page)


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
    assert server.hostile[:20] in orders.locator("tbody bdi").first.inner_text()


CORPUS = (
    "<svg/onload=alert(1)>",
    "'\"><script src=//evil.example></script>",
    "{{ 7 * 7 }}${7*7}",
    "\u202emoc.elpmaxe\u2066\u2069",
    "\U0001f381" * 40,
    "W" * 190,
    "\u0635\u0646\u062f\u0648\u0642 <b>x</b>",
)
"""What shops might send as a reference and goods: markup, templates, turned directions, emoji, words without an end."""


def test_whatever_shops_send_stays_text_and_breaks_no_page(open_page: Open, server: Server) -> None:
    for word in CORPUS:
        answer = httpx.post(f"{server.url}/v1/parties", json={"name": word, "roles": ["merchant"], "country": "PT"},
                            headers={"authorization": f"Bearer {server.operator}"}, timeout=30)  # fmt: skip
        assert answer.status_code == 201, word
    ids = [server.place(word) for word in CORPUS]
    paths = [
        "/console/orders",
        "/console/review",
        "/console/settings/parties",
        *(f"/console/orders/{one}" for one in ids),
    ]
    page = open_page("/console", width=320, height=640)
    for path in paths:
        page.goto(f"{server.url}{path}")
        assert page.evaluate(WIDER) <= 0, path
        assert page.locator("main :is(img, script, iframe, b, svg[onload])").count() == 0, path
        assert "49$" not in page.locator("main").inner_text(), path


def test_nothing_personal_is_on_any_page(open_page: Open, server: Server) -> None:
    for path in PAGES:
        text = open_page(path_of(path, server)).content()
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


def test_the_overview_lives_pauses_and_rests_while_nobody_looks(open_page: Open, server: Server) -> None:
    page = open_page("/console?range=all")
    seen: list[int] = []
    page.on("response", lambda answer: seen.append(answer.status) if "/console/live" in answer.url else None)
    count = page.locator(".figures dd a").first
    before = int(count.inner_text().replace(",", ""))
    with page.expect_response(lambda answer: "/console/live" in answer.url and answer.status == 304, timeout=60_000):
        pass  # unchanged, the page is not sent again
    page.get_by_text("As a table").click()
    server.place("SO-live")
    expect(count).to_have_text(f"{before + 1:,}", timeout=8_000)
    expect(page.get_by_role("group", name="Loss and friction as a table")).to_be_visible()
    page.get_by_role("button", name="Live").click()
    expect(page.get_by_role("button", name="Paused")).to_be_visible()
    seen.clear()
    page.wait_for_timeout(6_000)
    assert seen == []
    page.get_by_role("button", name="Paused").click()
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    page.wait_for_timeout(6_000)
    assert seen == []


def test_a_page_left_open_goes_to_sign_in_when_its_session_ends(open_page: Open, server: Server) -> None:
    page = open_page(server.new_link().removeprefix(server.url), signed_in=False)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{server.url}/console")
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    csrf = page.locator("input[name=csrf]").get_attribute("value")
    left = httpx.post(f"{server.url}/console/signout", data={"csrf": csrf}, cookies=cookies)
    assert left.status_code == 303
    page.wait_for_url(f"{server.url}/console/signin", timeout=8_000)


def test_reading_needs_no_script(open_page: Open, server: Server) -> None:
    for path in PAGES:
        page = open_page(path_of(path, server), java_script_enabled=False)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
    page = open_page("/console/orders", java_script_enabled=False)
    page.get_by_label("Outcome").select_option("approve")
    page.get_by_role("button", name="Filter").click()
    assert "outcome=approve" in page.url
    page.get_by_role("link", name="Older").or_(page.get_by_role("heading", level=1)).first.click()


def test_pages_of_orders_follow_each_other(open_page: Open, server: Server) -> None:
    page = open_page("/console/orders")
    first = page.locator("tr[data-row]").count()
    page.get_by_role("link", name="Older").click()
    assert page.locator("tr[data-row]").count() + first == len(server.orders)
    page.get_by_role("link", name="Newest").click()
    assert page.locator("tr[data-row]").count() == first


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
