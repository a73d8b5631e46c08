"""Forms: nobody acts without a session, the page's token and the role; a refusal keeps what was typed."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sealane.app import Sealane
from sealane.web import sessions
from sealane.web.app import Door

Ask = Callable[..., httpx.Response]
NEW_LIST = "/console/rules/lists/new"


@pytest.fixture
def csrf(lane: Sealane, cookie: dict[str, str]) -> str:
    with lane.rooms.database.reader() as conn:
        session = sessions.find(conn, next(iter(cookie.values())), lane.clock())
    assert session is not None
    return session.csrf


def lists(lane: Sealane) -> list[str]:
    with lane.rooms.database.reader() as conn:
        return [one.name for one in lane.rooms.risk.rulebook.lists(conn)]


def test_a_form_acts_and_leads_on(site: Door, lane: Sealane, cookie: Any, csrf: str, asking: Ask) -> None:
    fields = {"csrf": csrf, "name": "blocked", "field": "card"}
    answer = asking(site, "POST", NEW_LIST, data=fields, cookies=cookie)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/rules/lists")
    assert lists(lane) == ["blocked"]


def test_without_a_session_it_leads_to_sign_in(site: Door, lane: Sealane, asking: Ask) -> None:
    answer = asking(site, "POST", NEW_LIST, data={"name": "blocked", "field": "card"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/console/signin")
    assert lists(lane) == []


@pytest.mark.parametrize("token", ["", "cf_wrong"])
def test_without_the_pages_token_nothing_is_done(
    site: Door, lane: Sealane, cookie: Any, asking: Ask, token: str
) -> None:
    fields = {"csrf": token, "name": "blocked", "field": "card"}
    assert asking(site, "POST", NEW_LIST, data=fields, cookies=cookie).status_code == 403
    assert lists(lane) == []


def test_another_sites_form_is_refused(site: Door, lane: Sealane, cookie: Any, csrf: str, asking: Ask) -> None:
    fields, headers = {"csrf": csrf, "name": "blocked", "field": "card"}, {"sec-fetch-site": "cross-site"}
    assert asking(site, "POST", NEW_LIST, data=fields, cookies=cookie, headers=headers).status_code == 403
    assert lists(lane) == []


def test_a_refusal_keeps_what_was_typed(site: Door, cookie: Any, csrf: str, asking: Ask) -> None:
    fields = {"csrf": csrf, "name": "Not A Word", "field": "card"}
    answer = asking(site, "POST", NEW_LIST, data=fields, cookies=cookie)
    assert answer.status_code == 422
    assert 'value="Not A Word"' in answer.text
    assert "lower-case word" in answer.text


def test_no_card_number_is_written_down(site: Door, lane: Sealane, cookie: Any, csrf: str, asking: Ask) -> None:
    lane.rooms.database.run(lambda tx: lane.rooms.risk.rulebook.add_list(tx, "lanes", "carrier", "ana"))
    fields = {"csrf": csrf, "name": "lanes", "value": "dhl", "note": "4111 1111 1111 1111"}
    answer = asking(site, "POST", "/console/rules/lists/entries", data=fields, cookies=cookie)
    assert answer.status_code == 422
    assert "card number" in answer.text


def test_a_form_longer_than_any_is_refused(site: Door, cookie: Any, csrf: str, asking: Ask) -> None:
    fields = {"csrf": csrf, "name": "x" * 1_600_000, "field": "card"}
    assert asking(site, "POST", NEW_LIST, data=fields, cookies=cookie).status_code == 413
