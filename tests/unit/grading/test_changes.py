"""Changes of a payment page: 200 of 200 seeded ones are found, and nothing is said where nothing changed."""

import random
from hashlib import sha256

import pytest

from sealane.grading.changes import WATCHED_HEADERS, compare
from sealane.grading.probes.markup import read_page
from sealane.grading.sight import Page, Scan
from shops import CHECKOUT, GOOD_HEADERS

URL = "https://shop.example/checkout"
SCRIPTS = [f"https://shop.example/s{n}.js" for n in range(8)]
FULL = dict.fromkeys(WATCHED_HEADERS, "'self'")


def scan(html: str, headers: dict[str, str], texts: dict[str, bytes]) -> Scan:
    page = read_page(URL, 200, tuple((name.lower(), value) for name, value in headers.items()), html.encode())
    scripts = tuple(
        type(one)(one.url, one.host, one.integrity, sha256(texts[one.url]).hexdigest()) if one.url in texts else one
        for one in page.scripts
    )
    fields = {name: getattr(page, name) for name in Page.__struct_fields__}
    return Scan("shop.example", 0, "static", "", (Page(**{**fields, "scripts": scripts}),), ("shop.example",))


def seeded(seed: int) -> tuple[str, Scan, Scan]:
    """Return the kind of change that has to be found, and the page before and after it."""
    chance = random.Random(seed)
    texts = {url: chance.randbytes(400) for url in SCRIPTS}
    html = CHECKOUT + "".join(f'<script src="{url}"></script>' for url in SCRIPTS)
    before = scan(html, FULL, texts)
    kind = ("script_altered", "host_added", "header_removed", "header_changed", "form_target_added")[seed % 5]
    headers = dict(FULL)
    if kind == "script_altered":
        url, place = chance.choice(SCRIPTS), chance.randrange(400)
        altered = bytearray(texts[url])
        altered[place] ^= 1 << chance.randrange(8)
        texts[url] = bytes(altered)
    elif kind == "host_added":
        html += f'<script src="https://h{seed}.example/x.js"></script>'
    elif kind == "header_removed":
        headers.pop(chance.choice(WATCHED_HEADERS))
    elif kind == "header_changed":
        headers[chance.choice(WATCHED_HEADERS)] += " https:"
    else:
        html += f'<form action="https://collect{seed}.example/"></form>'
    return kind, before, scan(html, headers, texts)


def test_every_one_of_200_changes_is_found() -> None:
    missed = [
        seed for seed in range(200) for kind, a, b in [seeded(seed)] if kind not in {c.kind for c in compare(a, b)}
    ]
    assert missed == []


def test_the_same_page_has_no_changes() -> None:
    for seed in range(20):
        _, before, _ = seeded(seed)
        assert compare(before, before) == ()


def test_nonces_and_dates_are_no_change() -> None:
    def at(moment: str) -> Scan:
        policy = f"script-src 'nonce-{moment}'"
        return scan(CHECKOUT, {**GOOD_HEADERS, "Content-Security-Policy": policy, "Date": moment}, {})

    assert compare(at("a1"), at("b2")) == ()


def test_an_inline_script_changes_by_its_text() -> None:
    kinds = [each.kind for each in compare(scan("<script>a()</script>", {}, {}), scan("<script>b()</script>", {}, {}))]
    assert kinds == ["script_added", "script_removed"]


@pytest.mark.parametrize("gone", [True, False])
def test_a_page_that_cannot_be_read_any_more_is_a_change(gone: bool) -> None:
    before = scan(CHECKOUT, {}, {})
    pages = () if gone else (Page(URL, fault="it took too long"),)
    after = Scan("shop.example", 0, "static", "", pages, ())
    assert [each.kind for each in compare(before, after)] == ["page_gone"]
    assert [each.kind for each in compare(after, before)] == (["page_added"] if gone else [])
