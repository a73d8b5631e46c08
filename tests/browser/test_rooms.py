"""Overview, grades, interchange, incidents, controls, settings: in every width and both grounds, with real content."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, expect

from looking import Look, inspect, until

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

MINUTE = "%Y-%m-%dT%H:%M"
PAGES = (
    "/console?range=all",
    "/console/grades",
    "/console/interchange",
    "/console/interchange?show=went",
    "/console/interchange?show=match",
    "/console/interchange?show=stripped",
    "/console/incidents",
    "INCIDENT",
    "DRAFT",
    "/console/controls",
    "/console/account",
    "/console/settings",
    "/console/settings/parties",
    "/console/settings/keys",
    "/console/settings/endpoints",
    "/console/settings/policy?since=2025-06-01",
)
LOOKS = (Look(1440, 800, "light"), Look(720, 800, "dark", by_axe=False), Look(320, 800, "dark"))


@pytest.fixture(scope="module")
def client(server: Server, cookies: Any) -> Any:
    kept = {one["name"]: one["value"] for one in cookies}
    with httpx.Client(base_url=server.url, cookies=kept, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def incident(server: Server, client: httpx.Client) -> str:
    """An incident with a hostile title whose first clock is over, and a run of the controls."""
    token = client.get("/console/incidents").text.partition('name="csrf" value="')[2].partition('"')[0]
    now = datetime.now(UTC)
    aware = (now - timedelta(hours=80)).strftime(MINUTE)
    title = f"Export left open {server.hostile.partition(chr(0x202E))[0]}"
    form = {"csrf": token, "title": title, "kind": "breach", "country": "pt", "aware": aware}
    opened = client.post("/console/incidents", data=form)
    assert opened.status_code == 303, opened.text
    assert client.post("/console/controls/runs", data={"csrf": token}).status_code == 303
    return opened.headers["location"]


def path_of(page: str, incident: str) -> str:
    return {"INCIDENT": incident, "DRAFT": f"{incident}/draft?regime=gdpr&stage=authority"}.get(page, page)


def test_pages_fit_and_axe_finds_nothing(open_page: Open, server: Server, incident: str) -> None:
    page = open_page("/console")
    for path in PAGES:
        page.goto(f"{server.url}{path_of(path, incident)}")
        inspect(page, LOOKS)
        assert page.locator("main img, main script, main iframe").count() == 0


def test_each_page_has_its_twin(client: httpx.Client, incident: str) -> None:
    for path in PAGES:
        page, _, query = path_of(path, incident).partition("?")
        answer = client.get(f"{page}.json" + (f"?{query}" if query else ""))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), path


def test_the_clock_is_on_the_overview_and_the_report_can_be_told_as_sent(open_page: Open, incident: str) -> None:
    page = open_page("/console")
    page.get_by_role("link", name="gdpr, authority").click()
    page.wait_for_url(f"**{incident}")
    expect(page.get_by_role("row", name="gdpr, authority")).to_contain_text("late")
    page.get_by_role("link", name="Open the draft of gdpr, authority").click()
    expect(page.get_by_text("nothing was submitted")).to_be_visible()
    page.get_by_label("Sent at (UTC)").fill(datetime.now(UTC).strftime(MINUTE))
    page.get_by_role("button", name="We sent this report").click()
    page.wait_for_url(f"**{incident}")
    expect(page.get_by_role("row", name="gdpr, authority")).to_contain_text("Sent late")


def test_a_wrong_form_keeps_what_was_typed(client: httpx.Client, incident: str) -> None:
    token = client.get(incident).text.partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": token, "title": "Kept words", "kind": "breach", "country": "PTX", "aware": "2026-11-20T08:00"}
    answer = client.post("/console/incidents", data=form)
    assert answer.status_code == 422
    assert 'value="Kept words"' in answer.text
    assert "country" in answer.text.partition('role="alert"')[2].partition("</div>")[0]


def test_a_new_api_key_is_shown_once_and_an_ended_one_is_dead(open_page: Open, server: Server) -> None:
    page = open_page("/console/settings/parties")
    party = page.locator(".entry").first
    party.get_by_role("button", name="New key").click()
    key = page.locator("[data-secret]").inner_text()
    bearer = {"authorization": f"Bearer {key}"}
    assert httpx.get(f"{server.url}/v1/orders", headers=bearer, timeout=30).status_code == 200
    page.goto(f"{server.url}/console/settings/parties")
    assert key not in page.content()
    newest = page.locator(".entry").first.locator("li").last
    newest.get_by_text("End").first.click()
    newest.get_by_role("button", name="End this key").click()
    # A key that was just used is remembered for a second.
    until(lambda: httpx.get(f"{server.url}/v1/orders", headers=bearer, timeout=30).status_code == 401)
