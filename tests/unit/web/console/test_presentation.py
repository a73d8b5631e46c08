import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest
from msgspec.structs import replace

from sealane.model.clock import from_micros
from sealane.model.consignment import Item
from sealane.model.decision import Reason
from sealane.model.errors import NotFound
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.party import OPERATOR_ID, Person
from sealane.web.console import log, orders, overview, presentation, wording
from sealane.web.console import order as order_page
from sealane.web.console.charts import share_of
from sealane.web.console.home import lanemap
from sealane.web.sessions import Session

TEMPLATES = sorted((Path(presentation.__file__).parents[1] / "templates").rglob("*.html"))
SESSION = Session(Person(OPERATOR_ID, "Operator", ("operator",)), 0, 0, "cf_token")
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</textarea><iframe src=//evil.example>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% include 'x' %}",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "\u202etxt.exe\u2066 hidden\u2069",
    "zero\u200bwidth\ufeff",
    "line\nbreak\r\ttab\x00nul\x1b[31m",
    "👩‍💻🚚🏴‍☠️",
    "深圳市光明区 شركة Ångström",
    "a" * 10_240,
    "<b>" * 3_000,
)


class Tags(HTMLParser):
    """Collects what a browser would make of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def shape_of(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements and the names of their attributes: what must not depend on what callers wrote."""
    tags = Tags()
    tags.feed(page)
    return [(tag, tuple(sorted(attributes))) for tag, attributes in tags.found]


@pytest.fixture
def pages(order: Order, happen: Callable[..., Any], decide: Callable[..., Any]) -> Callable[[str], list[str]]:
    def render(told: str) -> list[str]:
        parcel = order.consignments[0]
        written = replace(
            order,
            reference=told,
            payment=replace(order.payment, psp=told, psp_reference=told, avs=told, eci=told),
            consignments=(
                replace(
                    parcel,
                    carrier=told,
                    service=told,
                    tracking_number=told,
                    incoterm=told,
                    items=(Item(told, told, "940521", 1, Money(1, "EUR"), told),),
                ),
            ),
        )
        decision = decide("checkout", "review", 0.2, timedelta(seconds=1), Reason("a", told, "joint", 1.0))
        events = [happen("consignment.arrived", timedelta(hours=1), reason_code=told, tracking_number=told)]
        at = from_micros(order.observed_us)
        row = orders.OrderRow("ord_1", told, told, "CN", "DE", Money(1, "EUR"), "checkout", "approve", 0.1, at)
        waiting = overview.Waiting("ord_1", told, "checkout", "CN", "DE", 5)
        bucket = overview.Bucket(at, 10, 8, 1, 2)
        lane = overview.LaneRow("CN", "DE", 10, 1, share_of(2, 10))  # type: ignore[arg-type]  # ten is not none
        views: list[tuple[str, str, Any]] = [
            (
                "order.html",
                "/console/orders/x",
                order_page.build(
                    written,
                    events,
                    [decision],
                    merchant=told,
                    describe=lambda one: order_page.view_of(one, (("review", 0.1),), told),
                ),
            ),
            (
                "orders.html",
                "/console/orders",
                orders.OrdersView(
                    orders.Filters(merchant=told), (orders.Merchant(told, told),), (row,), None, None
                ),
            ),
            (
                "overview.html",
                "/console",
                overview.Overview(
                    "24h", at, at, 10, 8, 1, share_of(1, 10), 7.2, 1, (bucket, bucket, bucket), (lane,),
                    lanemap.draw([], None), (waiting,), (), (), log.LogHead("sealane.test/1", 3, "cm9vdA=="), (),
                ),
            ),
            (
                "log.html",
                "/console/log",
                log.LogView(
                    log.CheckpointView(log.LogHead(told, 3, "cm9vdA=="), (told,)), (), told, (told, told, told), None,
                    (log.EntryRow(1, "ent_1", told, "ord_1", "2026-11-22T14:05:00.000123Z", "9f"),), None,
                ),
            ),
        ]  # fmt: skip
        return [presentation.render(name, view=view, session=SESSION, path=path) for name, path, view in views]

    return render


@pytest.mark.parametrize("told", HOSTILE, ids=lambda told: ascii(told)[:30])
def test_what_callers_write_stays_text(pages: Callable[[str], list[str]], told: str) -> None:
    for harmless, page in zip(pages("plain"), pages(told), strict=True):
        assert shape_of(page) == shape_of(harmless)
        assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b\ufeff\x00\x1b]", page)


def test_long_text_is_shown_in_part(pages: Callable[[str], list[str]]) -> None:
    assert "… (10,240 characters)" in pages("a" * 10_240)[0]


def test_what_callers_write_is_set_apart_from_our_text(pages: Callable[[str], list[str]]) -> None:
    page = pages("שלום")[0]
    assert page.count("<bdi>שלום") >= 8


def test_titles_hold_nothing_that_callers_write(pages: Callable[[str], list[str]]) -> None:
    for page in pages("SECRET-REFERENCE"):
        title = re.search("<title>(.*?)</title>", page, re.DOTALL)
        assert title is not None
        assert "SECRET" not in title[1]


def test_no_page_needs_an_inline_script_or_style(pages: Callable[[str], list[str]]) -> None:
    for page in pages("plain"):
        tags = Tags()
        tags.feed(page)
        for tag, attributes in tags.found:
            assert tag != "style"
            assert tag != "script" or attributes.get("src", "")
            assert not any(name == "style" or name.startswith(("on", "hx-on")) for name in attributes)
            for name in ("src", "href", "action"):
                assert (attributes.get(name) or "/").startswith(("/", "#"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_switch_no_guard_off(path: Path) -> None:
    text = path.read_text()
    for banned in ("|safe", "| safe", "autoescape", "https://", "http://", "hx-on", "hx-vals", "javascript:", "style="):
        assert banned not in text
    assert not re.search(r'hx-trigger="[^"]*\[', text), "trigger filters are evaluated as code"


def test_a_name_nobody_gave_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        presentation.render("log.html", session=SESSION, path="/console/log")


def test_every_page_carries_the_guards() -> None:
    answer = presentation.html("refusal.html", 404, refusal=NotFound())
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 404
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_the_rail_has_the_nine_names_and_says_what_is_not_there_yet(pages: Callable[[str], list[str]]) -> None:
    names = ["Overview", "Review", "Orders", "Disclosures", "Rules", "Grades", "Interchange", "Incidents", "Log"]
    assert [entry.name for entry in presentation.RAIL] == names
    assert len({entry.key for entry in presentation.RAIL}) == len(names)
    page = pages("plain")[0]
    later = [entry for entry in presentation.RAIL if entry.path is None]
    assert page.count("available in this version</span></small>") == len(later)


def test_outcomes_are_told_in_words_beside_their_colour(pages: Callable[[str], list[str]]) -> None:
    assert wording.OUTCOMES["review"] in pages("plain")[0]
    assert wording.OUTCOMES["approve"] in pages("plain")[1]
