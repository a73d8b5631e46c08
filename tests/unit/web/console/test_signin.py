import re
from collections.abc import Callable
from urllib.parse import urlencode

import httpx
import pytest

from sealane.app import Sealane
from sealane.web import sessions
from sealane.web.app import Door
from sealane.web.console.gate import COOKIE

Ask = Callable[..., httpx.Response]
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def secret(lane: Sealane) -> str:
    return lane.rooms.database.run(sessions.issue_link)


@pytest.fixture
def post(asking: Ask, site: Door) -> Ask:
    """Open the sign-in page and send its form with changed fields, as a browser with its cookie would."""

    def send(secret: str, *, headers: dict[str, str] | None = None, **changes: str) -> httpx.Response:
        page = asking(site, "GET", f"/console/signin?token={secret}")
        fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
        cookies = dict(page.cookies)
        body = urlencode(fields | {"token": secret} | changes)
        return asking(
            site, "POST", "/console/signin", content=body, cookies=cookies, headers={**FORM, **(headers or {})}
        )

    return send


def test_looking_at_a_link_does_not_spend_it(asking: Ask, site: Door, post: Ask, secret: str) -> None:
    for _ in range(3):
        page = asking(site, "GET", f"/console/signin?token={secret}")
        assert page.status_code == 200
        asking(site, "HEAD", f"/console/signin?token={secret}")
    assert post(secret).status_code == 303


def test_signing_in_sets_a_guarded_cookie_and_goes_on(asking: Ask, site: Door, post: Ask, secret: str) -> None:
    answer = post(secret, next="/console/orders?lane=CN-DE")
    assert answer.headers["location"] == "/console/orders?lane=CN-DE"
    cookies = answer.headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith(COOKIE))
    for guard in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert guard in session
    page = asking(site, "GET", "/console", cookies={COOKIE: answer.cookies[COOKIE]})
    assert page.status_code == 200
    assert secret not in page.text


def test_a_spent_link_says_how_to_get_a_new_one(post: Ask, secret: str) -> None:
    post(secret)
    again = post(secret)
    assert again.status_code == 401
    assert "used before" in again.text
    assert "How to get a new link" in again.text
    assert secret not in again.text


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/",
        "//evil.example/console",
        "/console/../v1/orders",
        "/consoles",
        "/console\\evil",
        "/console/signin?token=x",
        "javascript:alert(1)",
        "/v1/orders",
        "",
    ],
)
def test_signing_in_leads_nowhere_else(post: Ask, secret: str, wanted: str) -> None:
    assert post(secret, next=wanted).headers["location"] == "/console"


def test_forged_forms_are_refused_and_spend_nothing(asking: Ask, site: Door, post: Ask, secret: str) -> None:
    assert post(secret, csrf="another").status_code == 403
    assert post(secret, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    bare = asking(site, "POST", "/console/signin", content=urlencode({"token": secret, "csrf": ""}), headers=FORM)
    assert bare.status_code == 403
    assert post(secret).status_code == 303


def test_forms_are_short_and_readable(asking: Ask, site: Door) -> None:
    assert asking(site, "POST", "/console/signin", content=b"a" * 1_500_001, headers=FORM).status_code == 413
    assert asking(site, "POST", "/console/signin", content=b"\xff\xfe", headers=FORM).status_code == 422


def test_signing_out_needs_the_token_of_the_page(
    asking: Ask, site: Door, lane: Sealane, cookie: dict[str, str]
) -> None:
    refused = asking(site, "POST", "/console/signout", content="csrf=x", cookies=cookie, headers=FORM)
    assert refused.status_code == 403
    assert asking(site, "GET", "/console", cookies=cookie).status_code == 200
    with lane.rooms.database.reader() as conn:
        session = sessions.find(conn, *cookie.values(), lane.clock())
    assert session is not None
    body = urlencode({"csrf": session.csrf})
    left = asking(site, "POST", "/console/signout", content=body, cookies=cookie, headers=FORM)
    assert left.headers["location"] == "/console/signin"
    assert asking(site, "GET", "/console", cookies=cookie).status_code == 303


def test_the_twin_tells_who_asks(asking: Ask, site: Door, cookie: dict[str, str]) -> None:
    assert asking(site, "GET", "/console/signin.json").json()["signed_in"] is False
    assert asking(site, "GET", "/console/signin.json", cookies=cookie).json()["signed_in"] is True


def test_the_operator_gets_a_new_link_by_key(asking: Ask, site: Door, lane: Sealane, post: Ask) -> None:
    key = (lane.folder / "admin.key").read_text().strip()
    answer = asking(site, "POST", "/console/links", headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 201
    address, _, secret = answer.json()["link"].partition("?token=")
    assert address == "http://127.0.0.1/console/signin"
    assert post(secret).status_code == 303


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer sk_wrong", "Basic YTpi"])
def test_nobody_else_gets_a_link(asking: Ask, site: Door, given: str) -> None:
    answer = asking(site, "POST", "/console/links", headers={"authorization": given})
    assert (answer.status_code, answer.json()["code"]) == (401, "not-authenticated")


def test_the_page_shows_the_command_for_a_new_link(asking: Ask, site: Door, lane: Sealane) -> None:
    command = asking(site, "GET", "/console/signin.json").json()["new_link"]
    assert "DIR/admin.key" in command
    assert str(lane.folder) not in command
    assert "http://127.0.0.1/console/links" in command
    assert (lane.folder / "admin.key").read_text().strip() not in command
