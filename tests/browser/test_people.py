"""People sign in with what they hold, see the pages of their roles, and cannot be two persons."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from looking import until

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Server = Any
"""The running server of conftest."""

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def person_added(open_page: Open, name: str, *roles: str) -> str:
    """Add a person as an operator does; return their one-time link's path."""
    page = open_page("/console/settings")
    page.get_by_label("Name", exact=True).fill(name)
    form = page.locator("section", has=page.get_by_role("heading", name="Add a person"))
    for role in roles:
        form.get_by_label(role, exact=True).check()
    form.get_by_role("button", name="Add").click()
    page.get_by_role("button", name=f"Sign-in link for {name}").click()
    link = page.locator("[data-secret]").inner_text()
    return "/" + link.partition("://")[2].partition("/")[2]


def entered(server: Server, chromium: Browser, path: str) -> tuple[BrowserContext, Page]:
    """Sign in by a link, under the name that passkeys need."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(by_name(server) + path)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{by_name(server)}/console")
    return context, page


def by_name(server: Server) -> str:
    return str(server.url).replace("127.0.0.1", "localhost")


def test_a_passkey_is_added_and_opens_the_console(server: Server, chromium: Browser, open_page: Open) -> None:
    context, page = entered(server, chromium, person_added(open_page, "Mira", "Analyst"))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})["authenticatorId"]
    page.goto(f"{by_name(server)}/console/account")
    page.get_by_role("button", name="Add a passkey of this device").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(1)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{by_name(server)}/console")
    expect(page.locator(".account .who")).to_have_text("Mira")

    page.goto(f"{by_name(server)}/console/account")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("does not open the console")

    devtools.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert").last).to_be_visible()
    assert page.url.startswith(f"{by_name(server)}/console/signin")
    context.close()


def test_an_account_elsewhere_opens_the_console(server: Server, chromium: Browser) -> None:
    """The provider is another site to the browser, so strict cookies stay behind on the way back."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{by_name(server)}/console/signin?next=/console/review")
    page.get_by_role("link", name="Sign in with 127.0.0.1").click()
    page.get_by_role("button", name="I am Mira Directory").click()
    page.wait_for_url(f"{by_name(server)}/console/review")
    expect(page.locator(".account .who")).to_have_text("Mira Directory")
    context.close()


def test_roles_open_their_pages_and_no_others(server: Server, chromium: Browser, open_page: Open) -> None:
    context, page = entered(server, chromium, person_added(open_page, "Otto", "Engineer"))
    expect(page.locator(".rail .later", has_text="Incidents")).to_contain_text("no access")
    for path, status in (
        ("/console/interchange", 200),
        ("/console/incidents", 403),
        ("/console/incidents.json", 403),
        ("/console/settings", 403),
        ("/console/settings/parties", 403),
        ("/console/review", 403),
    ):
        answer = page.request.get(by_name(server) + path)
        assert answer.status == status, path
    token = re.search(r'name="csrf" value="([^"]+)"', page.content())
    assert token is not None
    for path in ("/console/settings/people", "/console/incidents", "/console/controls/runs"):
        answer = page.request.post(by_name(server) + path, form={"csrf": token[1], "name": "X", "roles": "operator"})
        assert answer.status == 403, path
    context.close()


def test_who_is_dismissed_is_out_at_once(server: Server, chromium: Browser, open_page: Open) -> None:
    context, page = entered(server, chromium, person_added(open_page, "Pia", "Auditor"))
    operator = open_page("/console/settings")
    row = operator.locator(".entry", has_text="Pia")
    row.get_by_text("Dismiss").first.click()
    row.get_by_role("button", name="Dismiss Pia").click()
    expect(operator.locator(".entry", has_text="Pia")).to_contain_text("Cannot sign in")
    page.goto(f"{by_name(server)}/console/orders")
    assert page.url.startswith(f"{by_name(server)}/console/signin")
    context.close()


def test_forms_without_the_pages_token_do_nothing(server: Server, cookies: Any) -> None:
    kept = {one["name"]: one["value"] for one in cookies}
    with httpx.Client(base_url=server.url, cookies=kept) as client:
        check_forms(client)


def check_forms(client: httpx.Client) -> None:
    for data in ({"name": "Eve", "roles": "operator"}, {"csrf": "cf_x", "name": "Eve", "roles": "operator"}):
        assert client.post("/console/settings/people", data=data).status_code == 403
    foreign = client.post("/console/settings/people", data={"name": "Eve"}, headers={"sec-fetch-site": "cross-site"})
    assert foreign.status_code == 403
    people = client.get("/console/settings.json").json()["people"]
    assert "Eve" not in [one["name"] for one in people]


def test_a_name_is_inert_wherever_it_stands(server: Server, open_page: Open) -> None:
    hostile = server.hostile.partition("\u202e")[0]
    page = open_page(person_added(open_page, hostile, "Auditor").replace("/console/signin", "/console/settings"))
    expect(page.locator(".entry bdi", has_text=hostile).first).to_be_visible()
    assert page.locator("main img, main script").count() == 0
    assert page.title() == "People · Sealane"


def test_keys_are_replaced_after_a_second_look_and_the_page_says_so(server: Server, open_page: Open) -> None:
    page = open_page("/console/settings/keys")
    row = page.get_by_role("row", name="kek/pii")
    before = int(row.get_by_role("cell").first.inner_text())
    button = page.get_by_role("button", name="Replace the chosen keys now")
    expect(button).to_be_hidden()
    page.get_by_text("Replace", exact=True).click()
    expect(page.get_by_text("This cannot be taken back.")).to_be_visible()
    for kind in page.locator("[name=kinds]").all():
        kind.uncheck()
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("Choose at least one of pii")
    expect(page.locator("[name=kinds]:checked")).to_have_count(0)
    page.clock.install()
    page.locator("[name=kinds][value=pii]").check()
    page.get_by_text("Replace", exact=True).click()
    button.click()
    expect(page.get_by_text("New since you asked: pii.")).to_be_visible()
    expect(row.get_by_role("cell").first).to_have_text(str(before + 1))
    with page.expect_response(lambda answer: "/console/settings/keys/live?replaced=pii" in answer.url):
        page.clock.run_for(5_000)
    idle = f"{server.url}/console/settings/keys.json"
    until(lambda: bool(page.request.get(idle).json()["report"]["is_idle"]))
    page.clock.run_for(5_000)
    expect(page.get_by_text("Everything is under the new keys.")).to_be_visible()
    assert page.get_by_role("row", name="kek/pii").get_by_role("cell").last.inner_text() != "0"
