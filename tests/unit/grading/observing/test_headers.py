import pytest

from sealane.grading.observing.headers import observe_headers
from sealane.grading.probes.markup import read_page
from sealane.grading.sight import Page, Scan
from shops import GOOD_HEADERS


def checks(headers: dict[str, str], *, is_https: bool = True) -> set[str]:
    shown = tuple((name.lower(), value) for name, value in headers.items())
    page = read_page("https://a.example/", 200, shown, b"")
    scan = Scan("a.example", 0, "static", "", (page,), (), is_https=is_https)
    return {each.check for each in observe_headers(scan)}


def test_good_headers_earn_every_bonus() -> None:
    assert checks(GOOD_HEADERS) == {
        "csp_closed", "framing_by_policy", "referrer_private", "resource_shielded", "cookies_sound",
    }  # fmt: skip


def test_no_headers_at_all_lack_four_things() -> None:
    assert checks({"server": "x"}) == {
        "csp_missing", "framing_missing", "sniffing_missing", "hsts_missing", "cookies_sound",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("value", "check"),
    [("max-age=0", "hsts_short"), ("max-age=31536000", None), ("includeSubDomains", "hsts_unreadable"),
     ('includeSubDomains; max-age="31536000"', None), ("max-age=abc", "hsts_unreadable")],
)  # fmt: skip
def test_hsts_is_read_as_browsers_do(value: str, check: str | None) -> None:
    found = {each for each in checks({"strict-transport-security": value}) if each.startswith("hsts")}
    assert found == ({check} if check else set())


def test_hsts_is_not_asked_of_an_unencrypted_page() -> None:
    assert "hsts_missing" not in checks({"server": "x"}, is_https=False)


def test_a_page_that_was_not_read_says_nothing() -> None:
    scan = Scan("a.example", 0, "static", "", (Page("https://a.example/", fault="it took too long"),), ())
    assert list(observe_headers(scan)) == []
