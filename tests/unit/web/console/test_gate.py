from collections.abc import Callable

import httpx
import pytest

from sealane.app import Sealane
from sealane.web import sessions
from sealane.web.app import Door
from sealane.web.console import presentation

Ask = Callable[..., httpx.Response]
PAGES = ["/console", "/console/orders", "/console/log"]


@pytest.mark.parametrize("path", [*PAGES, "/console/orders/ord_01kan6k3zw8t5q1r9v0m2c4d7e"])
def test_strangers_are_sent_to_sign_in_and_come_back_where_they_wanted(asking: Ask, site: Door, path: str) -> None:
    answer = asking(site, "GET", f"{path}?range=7d")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/console/signin?next={path}%3Frange%3D7d"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", PAGES)
def test_strangers_get_a_problem_from_the_twins(asking: Ask, site: Door, path: str) -> None:
    answer = asking(site, "GET", f"{path}.json")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "not-authenticated"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_its_twin_answer_who_is_signed_in(
    asking: Ask, site: Door, cookie: dict[str, str], path: str
) -> None:
    page = asking(site, "GET", path, cookies=cookie)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for name, value in presentation.GUARDS.items():
        assert page.headers[name] == value
    twin = asking(site, "GET", f"{path}.json", cookies=cookie)
    assert twin.status_code == 200
    assert twin.json()


def test_a_session_that_ended_is_a_stranger(asking: Ask, site: Door, lane: Sealane, cookie: dict[str, str]) -> None:
    lane.rooms.database.run(lambda tx: sessions.close(tx, *cookie.values()))
    assert asking(site, "GET", "/console", cookies=cookie).status_code == 303


def test_the_live_part_answers_304_while_nothing_changes(asking: Ask, site: Door, cookie: dict[str, str]) -> None:
    first = asking(site, "GET", "/console/live?range=all", cookies=cookie)
    assert first.status_code == 200
    assert "<html" not in first.text
    tag = first.headers["etag"]
    again = asking(site, "GET", "/console/live?range=all", cookies=cookie, headers={"if-none-match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


def test_the_live_part_sends_a_page_away_when_its_session_is_over(asking: Ask, site: Door) -> None:
    answer = asking(site, "GET", "/console/live")
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"] == "/console/signin"


def test_a_refusal_is_a_page_for_people_and_a_problem_for_programs(
    asking: Ask, site: Door, cookie: dict[str, str]
) -> None:
    page = asking(site, "GET", "/console/orders?lane=everywhere", cookies=cookie)
    assert page.status_code == 422
    assert "Write two countries" in page.text
    assert "everywhere" not in page.text
    twin = asking(site, "GET", "/console/orders.json?lane=everywhere", cookies=cookie)
    assert twin.json()["errors"][0]["pointer"] == "/lane"
    assert asking(site, "GET", "/console/orders/ord_none", cookies=cookie).status_code == 404
