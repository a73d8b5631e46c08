"""What strangers write, wherever a page shows it: markup, turned directions, emoji, and words of ten kilobytes.

Nothing of it may run, become an element, turn the text around it, or push a narrow page aside.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from looking import is_wider

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

TEN_KB = 10_000
CORPUS = (
    "<svg/onload=alert(1)>",
    "'\"><script src=//evil.example></script><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}${7*7}<%= 7*7 %>",
    "\u202emoc.elpmaxe\u2066\u2069",
    "\U0001f381" * 60,
    "W" * 190,
    "\u0635\u0646\u062f\u0648\u0642 <b onclick=alert(1)>x</b>",
    "</textarea></title><iframe src=/console></iframe>",
)
ALL_OF_IT = " ".join(CORPUS)
ELEMENTS = "main :is(img, script, iframe, b, svg[onload], [onclick], [onerror])"
RULES = """
version = "hostile.{number}"
[[rule]]
code = "{code}"
against = "stolen_card_intercept"
side = "joint"
stages = ["checkout"]
when = '''amount >= 1'''
floor = "review"
weight = 0.5
reason = {reason}
"""


def check(page: Page, path: str) -> None:
    """Assert that a page is narrow enough, and that nothing on it is more than text."""
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    assert not is_wider(page), path
    assert page.locator(ELEMENTS).count() == 0, path
    text = page.locator("main").inner_text()
    assert "49$" not in text, path
    assert not {"\u202e", "\u2066"} & set(text), path


def call(server: Server, path: str, body: Any, status: int) -> Any:
    bearer = {"authorization": f"Bearer {server.operator}"}
    answer = httpx.post(f"{server.url}{path}", json=body, headers=bearer, timeout=30)
    assert answer.status_code == status, answer.text[:500]
    return answer.json()


def test_names_references_and_goods(open_page: Open, server: Server) -> None:
    for word in CORPUS:
        call(server, "/v1/parties", {"name": word, "roles": ["merchant"], "country": "PT"}, 201)
    ids = [server.place(word) for word in CORPUS]
    page = open_page("/console", width=320, height=640)
    for path in ("/console/orders", "/console/settings/parties", *(f"/console/orders/{one}" for one in ids)):
        page.goto(f"{server.url}{path}")
        check(page, path)


def test_notes_addresses_and_reasons_of_rules(open_page: Open, server: Server) -> None:
    reason = '"' + (CORPUS[1].replace('"', '\\"') + CORPUS[3] + CORPUS[5])[:290] + '"'
    text = RULES.format(number=1, code="hostile_" + "w" * 50, reason=reason)
    ruleset = call(server, "/v1/rulesets", {"text": text, "by": "ana"}, 201)["hash"]
    call(server, f"/v1/rulesets/{ruleset}/publish", {"by": "rui"}, 200)
    place = {
        "name": ALL_OF_IT,
        "lines": [ALL_OF_IT, "W" * 400],
        "city": CORPUS[0],
        "postcode": CORPUS[3],
        "country": "PT",
    }
    parcel = {
        "carrier": "dhl-express",
        "shipper": {"name": CORPUS[1], "country": "CN"},
        "consignee": place,
        "items": [{"sku": CORPUS[0], "description": ALL_OF_IT[:900], "quantity": 1}],
    }
    shopper = {"name": ALL_OF_IT, "email": "hostile.canary@example.com", "ip": "198.51.100.77"}
    order = server.place(f"Case {CORPUS[1]}", shopper=shopper, consignments=[parcel])
    bearer = {"authorization": f"Bearer {server.operator}"}
    found = httpx.get(f"{server.url}/v1/cases", params={"order": order}, headers=bearer, timeout=30).json()["items"]
    case = f"/console/review/{found[0]['case_id']}"
    note = ALL_OF_IT + "W" * (3_900 - len(ALL_OF_IT))
    for words in (note, *CORPUS):
        call(server, f"/v1/cases/{found[0]['case_id']}/note", {"text": words, "by": "rui"}, 200)
    page = open_page(case, width=320, height=640)
    check(page, case)
    for field in ("name", "street"):
        page.get_by_label("Field", exact=True).select_option(field)
        page.get_by_label("I need it").select_option("supervise")
        page.get_by_role("button", name="Reveal").click()
        expect(page.locator(".revealed")).to_contain_text("<svg/onload")
        check(page, f"{case}: {field} revealed")
    for path in ("/console/review", "/console/rules", f"/console/rules/versions/{ruleset}", "/console/rules/edit"):
        page.goto(f"{server.url}{path}")
        check(page, path)


def test_incidents_and_endpoints(open_page: Open, server: Server) -> None:
    page = open_page("/console/incidents", width=320, height=640)
    token = str(page.locator("[name=csrf]").first.get_attribute("value"))
    form = {
        "csrf": token,
        "title": ALL_OF_IT[:120] + "W" * 80,
        "kind": "breach",
        "country": "pt",
        "aware": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M"),
        "description": ALL_OF_IT + "W" * (3_900 - len(ALL_OF_IT)),
    }
    answer = page.request.post(f"{server.url}/console/incidents", form=form, max_redirects=0)
    assert answer.status == 303, answer.text()
    incident = answer.headers["location"]
    refused = form | {"description": "W" * TEN_KB, "title": ALL_OF_IT}
    for path in (incident, f"{incident}/draft?regime=gdpr&stage=authority", "/console/incidents", "/console"):
        page.goto(f"{server.url}{path}")
        check(page, path)
    endpoint = {
        "csrf": token,
        "party": server.merchant_id,
        "url": f"http://127.0.0.1:9/<b>{'W' * 1_900}?x=<script>alert(1)</script>",
        "scheme": "v1a",
    }
    made = page.request.post(f"{server.url}/console/settings/endpoints", form=endpoint)
    assert made.status in {200, 422}
    for path, wrong in (("/console/incidents", refused), ("/console/settings/endpoints", endpoint | {"scheme": "<b>"})):
        page.goto(f"{server.url}{path}")
        page.evaluate(
            """([path, fields]) => { const form = document.createElement("form");
                form.method = "post"; form.action = path;
                for (const [name, value] of Object.entries(fields)) {
                    const field = document.createElement("textarea");
                    field.name = name; field.value = value; form.append(field);
                }
                document.body.append(form); form.submit(); }""",
            [path, wrong],
        )
        expect(page.get_by_role("alert").first).to_be_visible()
        check(page, f"{path}, refused")
    page.goto(f"{server.url}/console/settings/endpoints")
    check(page, "/console/settings/endpoints")


def test_what_is_asked_for_on_public_pages(open_page: Open, server: Server) -> None:
    page = open_page("/check", width=320, height=640, signed_in=False)
    for words in (ALL_OF_IT, "https://" + "W" * TEN_KB + ".top/" + CORPUS[1], "W" * TEN_KB):
        page.get_by_role("textbox").fill(words)
        page.get_by_role("button").click()
        expect(page.locator("#answer")).to_be_visible()
        check(page, "/check")
    for query in ("?q=", "?kind=", "?before="):
        for words in CORPUS:
            page.goto(f"{server.url}/audit{query}{httpx.QueryParams({'x': words})!s}".replace("x=", "", 1))
            check(page, f"/audit{query}")
