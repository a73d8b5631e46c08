"""Review and rules in a real Chromium: ten cases by keyboard alone, guarded, inert, accessible, and without scripts."""

import gzip
import re
from collections.abc import Callable
from typing import Any
from zlib import crc32

import httpx
import pytest
from playwright.sync_api import Page, expect

from looking import Look, complaints, inspect

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

RULES = """
version = "{version}"
[[rule]]
code = "look_at_all"
against = "stolen_card_intercept"
side = "joint"
stages = ["checkout"]
when = '''amount >= 1'''
floor = "{floor}"
weight = 0.5
reason = "Every order is looked at."
[[rule]]
code = "whispering"
against = "card_testing"
side = "payment"
stages = ["checkout"]
when = '''amount >= 2'''
floor = "decline"
weight = 2.0
mode = "shadow"
reason = "A rule in the shadow."
"""
HOSTILE = '<script>alert(1)</script>\u202egnp.exe \U0001f600 </bdi><b onclick="x()">' + "long" * 300
TEN = 10
LOOKS = (Look(1440, 900, "light"), Look(720, 450, "dark", by_axe=False), Look(320, 640, "dark"))


def call(server: Server, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    bearer = {"authorization": f"Bearer {server.operator}"}
    answer = httpx.request(method, f"{server.url}{path}", json=body, headers=bearer, timeout=30)
    assert answer.status_code == status, answer.text
    return answer.json()


def propose(server: Server, version: str, floor: str, by: str) -> str:
    body = {"text": RULES.format(version=version, floor=floor), "by": by}
    return str(call(server, "POST", "/v1/rulesets", body, 201)["hash"])


def cases(server: Server, state: str = "open") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(server, "GET", f"/v1/cases?state={state}&limit=200")["items"]
    return found


def held(server: Server, reference: str, **changes: Any) -> str:
    """Place an order of somebody of their own, which is held, and return its case."""
    number = crc32(reference.encode())
    mail = f"canary.{number}@example.com"
    place = {
        "name": "Ana Silva",
        "lines": [f"Rua {number} 1"],
        "city": "Lisboa",
        "postcode": f"{number % 9000 + 1000}-053",
        "country": "PT",
    }
    parcel = {
        "carrier": "dhl-express",
        "shipper": {"name": "Shenzhen Bright Co", "country": "CN"},
        "consignee": place,
        "declared_value": {"amount_minor": 2000, "currency": "EUR"},
        "items": [{"sku": "LMP-1", "description": f"Lamp {HOSTILE[:60]}", "quantity": 1}],
    }
    shopper = {"name": "Ana Silva", "email": mail, "ip": f"198.51.{number % 250}.{number % 200}"}
    order = server.place(reference, shopper=shopper, consignments=[parcel], **changes)
    return str(call(server, "GET", f"/v1/cases?order={order}")["items"][0]["case_id"])


@pytest.fixture(scope="module")
def desk(server: Server) -> Server:
    """A server whose rules hold every order, with a hostile case that has notes."""
    named = propose(server, "test.1", "review", "ana")
    call(server, "POST", f"/v1/rulesets/{named}/publish", {"by": "rui"})
    server.waiting = propose(server, "test.2", "decline", "ana")
    server.case = held(server, f"Ref {HOSTILE[:150]}", psp="<b>psp</b>")
    call(server, "POST", f"/v1/cases/{server.case}/note", {"text": HOSTILE, "by": "rui"})
    call(server, "POST", "/v1/lists", {"name": "lanes", "field": "consignee_country"}, 201)
    call(server, "POST", "/v1/lists/lanes/entries", {"value": "XK", "note": HOSTILE[:400]}, 201)
    return server


def pages(desk: Server) -> tuple[str, ...]:
    return (
        "/console/review",
        "/console/review?state=closed&sort=risk",
        f"/console/review/{desk.case}?sort=risk",
        "/console/rules",
        "/console/rules/edit",
        f"/console/rules/versions/{desk.waiting}",
        "/console/rules/lists",
    )


def test_pages_fit_and_axe_finds_nothing(open_page: Open, desk: Server) -> None:
    page = open_page("/console/review")
    for path in pages(desk):
        page.goto(f"{desk.url}{path}")
        inspect(page, [look._replace(by_axe=False) for look in LOOKS])
        page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
        inspect(page, LOOKS)


def test_what_callers_write_runs_nothing(open_page: Open, desk: Server) -> None:
    page = open_page("/console/review")
    for path in pages(desk):
        page.goto(f"{desk.url}{path}")
        assert page.locator("main script, main img, main iframe, main [onclick], main b").count() == 0
        assert "\u202e" not in page.inner_text("main")
    page.goto(f"{desk.url}/console/review/{desk.case}")
    expect(page.locator(".acts bdi").filter(has_text="[U+202E]gnp.exe")).to_be_visible()
    assert page.title() == "Checkout case · Sealane"


def test_ten_cases_by_keyboard_alone(open_page: Open, desk: Server) -> None:
    for number in range(TEN):
        held(desk, f"SO-key-{number}")
    before = len(cases(desk, "closed"))
    page = open_page("/console")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url(f"{desk.url}/console/review")
    page.keyboard.press("t")
    for number in range(TEN):
        page.wait_for_url(re.compile(r"/console/review/case_"))
        case = page.url.rpartition("/")[2].partition("?")[0]
        expect(page.get_by_role("heading", level=1)).to_contain_text("?")
        expect(page.locator(".decide")).to_contain_text("yours until")
        page.keyboard.press("h")
        expect(page.locator(".rules table")).to_be_visible()
        page.keyboard.press("a" if number % 2 else "x")
        expect(page.get_by_label("Reason or note")).to_be_focused()
        page.keyboard.type("seen by keyboard")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(rf"closed={case}"))
    closed = cases(desk, "closed")
    assert len(closed) == before + TEN
    assert {case["verdict"] for case in closed} == {"fraud", "genuine"}
    assert {case["judged_by"] for case in closed if case["judged_by"] != "sealane"} == {"operator"}


def test_a_verdict_can_be_taken_back_while_it_counts_down(open_page: Open, desk: Server) -> None:
    case = held(desk, "SO-undo")
    page = open_page(f"/console/review/{case}")
    page.get_by_label("Reason or note").fill("too fast")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    page.wait_for_url("**closed=**")
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile(r"^([1-9]|10)$"))
    first = int(left.inner_text())
    expect(left).not_to_have_text(str(first), timeout=3_000)
    page.keyboard.press("z")
    page.wait_for_url(f"{desk.url}/console/review/{case}")
    assert call(desk, "GET", f"/v1/cases/{case}")["case"]["state"] == "open"


def test_cases_follow_each_other_by_j_and_k_and_rows_open_by_enter(open_page: Open, desk: Server) -> None:
    held(desk, "SO-next")
    page = open_page("/console/review?sort=opened")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/review/case_*")
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    assert "sort=opened" in page.url
    page.keyboard.press("k")
    page.wait_for_url(first)
    page.keyboard.press("n")
    expect(page.get_by_label("Reason or note")).to_be_focused()
    page.keyboard.type("abc")
    page.keyboard.press("Enter")
    expect(page.locator(".acts")).to_contain_text("abc")


def test_a_field_is_revealed_for_a_purpose_and_the_shopper_sees_that(open_page: Open, desk: Server) -> None:
    case, mail = held(desk, "SO-reveal"), f"canary.{crc32(b'SO-reveal')}@example.com"
    page = open_page(f"/console/review/{case}")
    assert mail not in page.content()
    page.keyboard.press("v")
    page.get_by_label("Field", exact=True).select_option("email")
    page.get_by_role("button", name="Reveal").click()
    assert mail not in page.content(), "without a purpose nothing is sent"
    page.get_by_label("I need it").select_option("supervise")
    page.get_by_role("button", name="Reveal").click()
    expect(page.locator(".revealed")).to_contain_text(mail)
    expect(page.locator(".acts")).to_contain_text("Looked at: email (purpose: supervise).")
    assert mail not in page.url
    page.goto(f"{desk.url}/console/review/{case}")
    assert mail not in page.content(), "the next look is masked again"
    order = call(desk, "GET", f"/v1/cases/{case}")["order"]
    seen = call(desk, "GET", f"/v1/subjects/{order['subject_id']}/disclosures")["items"]
    assert [(each["purpose"], each["party"]) for each in seen] == [("supervise", "Operator")]


def test_a_case_is_decided_without_scripts(open_page: Open, desk: Server) -> None:
    case = held(desk, "SO-plain")
    page = open_page(f"/console/review/{case}", java_script_enabled=False)
    page.get_by_role("button", name="Take it").click()
    page.get_by_label("Reason or note").fill("phoned the payer")
    page.get_by_role("button", name="Accept the order").click()
    assert call(desk, "GET", f"/v1/cases/{case}")["case"]["verdict"] == "genuine"
    page.goto(f"{desk.url}/console/review")
    page.get_by_role("checkbox").nth(1).check()
    page.get_by_label("Reason").fill("all alike")
    page.get_by_role("button", name="Close as fraud").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review")


def test_the_editor_reads_back_offers_words_and_tries_rules(open_page: Open, desk: Server) -> None:
    page = open_page("/console/rules/edit")
    text = page.get_by_label("Rules, as TOML")
    assert text.input_value() == RULES.format(version="test.1", floor="review")
    text.focus()
    page.keyboard.press("Control+Home")
    page.keyboard.type("oops")
    expect(page.locator("#echo")).to_contain_text("1 mistake")
    expect(page.locator("#echo")).to_contain_text("line")
    text.fill(RULES.format(version="test.3", floor="challenge"))
    page.keyboard.press("Control+Home")
    page.keyboard.type("# account_chan")
    expect(page.get_by_role("option").first).to_contain_text("account_changes_72h")
    page.keyboard.press("Tab")
    assert text.input_value().startswith("# account_changes_72h")
    expect(text).to_be_focused()
    expect(page.locator("#echo")).to_contain_text("the payer is asked to confirm")
    page.get_by_role("button", name="Backtest").click()
    expect(page.locator("#backtest")).to_contain_text("Answers changed")
    page.get_by_text("As a table").click()
    expect(page.locator("#backtest table").first).to_contain_text("Checkout")
    assert not complaints(page)
    page.get_by_role("button", name="Propose").click()
    page.wait_for_url("**/console/rules/versions/*")
    expect(page.get_by_text("A second person publishes it")).to_be_visible()
    assert page.get_by_role("button", name="Publish").count() == 0


def test_a_second_person_publishes(open_page: Open, desk: Server) -> None:
    named = propose(desk, "test.9", "review", "ana")
    page = open_page(f"/console/rules/versions/{named}", java_script_enabled=False)
    expect(page.locator(".changes")).to_contain_text("test.9")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_role("heading", name="Rules", exact=True)).to_be_visible()
    assert call(desk, "GET", "/v1/rulesets")["live"].startswith("test.9")


def test_lists_and_snoozes_by_their_forms(open_page: Open, desk: Server) -> None:
    page = open_page("/console/rules/lists", java_script_enabled=False)
    page.get_by_label("Name").fill("blocked")
    page.get_by_label("Of the field").select_option("address")
    page.get_by_role("button", name="Make the list").click()
    blocked = page.get_by_role("article", name="blocked")
    blocked.get_by_label("Order that has it").fill(desk.orders[0])
    blocked.get_by_role("button").click()
    expect(blocked.locator("tbody tr")).to_have_count(1)
    blocked.get_by_role("button", name="Take").click()
    expect(blocked).to_contain_text("Nothing is on it.")
    page.locator("select[name=rule]").select_option("look_at_all")
    page.get_by_label("Of the order").fill(desk.orders[0])
    page.get_by_label("Reason").fill("a school")
    page.get_by_role("button", name="Let it sleep").click()
    expect(page.get_by_text("a school")).to_be_visible()
    page.get_by_role("button", name="Wake").click()
    expect(page.get_by_text("No rule sleeps.")).to_be_visible()


def test_every_page_has_its_twin(open_page: Open, desk: Server) -> None:
    page = open_page("/console/review")
    for path in pages(desk):
        name, _, query = path.partition("?")
        twin = page.request.get(f"{desk.url}{name}.json?{query}")
        assert twin.headers["content-type"] == "application/json"
        for canary in ("Ana Silva", "canary.", "Rua ", "198.51."):
            assert canary not in twin.text()
            assert canary not in page.request.get(f"{desk.url}{path}").text()


def test_a_case_page_weighs_little(open_page: Open, desk: Server) -> None:
    page = open_page(f"/console/review/{desk.case}")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert sum(name.endswith("woff2") for name in loaded) == 2, "the fonts count too"
    sent = [page.request.get(name).body() for name in (page.url, *loaded)]
    assert sum(len(gzip.compress(body)) for body in sent) <= 60_000
