"""Links taken apart as a browser does, so that nobody hides a host from us."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.shield.links.address import has_known_ending, is_lent, parse, registrable


@pytest.mark.parametrize(
    ("link", "host"),
    [
        ("https://www.dhl.com/a", "www.dhl.com"),
        ("DHL.COM.", "dhl.com"),
        ("dhl\u3002com", "dhl.com"),
        ("\uff44\uff48\uff4c.com", "dhl.com"),
        ("https://%64hl.com", "dhl.com"),
        ("http:\\\\evil.com\\@dhl.com", "evil.com"),
        ("https:evil.com", "evil.com"),
        ("//evil.com/dhl.com", "evil.com"),
        ("https:///evil.com", "evil.com"),
        ("https://dhl.com@evil.top", "evil.top"),
        ("https://dhl.com%2f@evil.top", "evil.top"),
        ("https://evil.top#@dhl.com", "evil.top"),
        ("https://evil.top?@dhl.com", "evil.top"),
        ("ht\ntps://ev\til.com", "evil.com"),
        ("dhl.com:443/x", "dhl.com"),
        ("hxxps://evil.com", "evil.com"),
        ("http://[::1]:80/", "[::1]"),
    ],
)
def test_the_host_is_where_a_browser_goes(link: str, host: str) -> None:
    address = parse(link)
    assert address is not None
    assert address.host == host


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "[::1]", "\uff11\uff12\uff17.0.0.1"]
)
def test_every_way_to_write_an_ip_address_is_one(host: str) -> None:
    address = parse(f"http://{host}/")
    assert address is not None
    assert address.is_ip
    assert address.domain is None


@pytest.mark.parametrize(
    "text", ["", "hello", "http://", "http://a..b.com", "http://" + "a." * 5000 + "com", "http://.com", "a" * 300]
)
def test_what_is_no_link_is_none(text: str) -> None:
    assert parse(text) is None


def test_private_suffixes_part_the_tenants_of_a_host() -> None:
    assert registrable("usps.pages.dev") == ("usps.pages.dev", "pages.dev")
    assert registrable("a.b.co.uk") == ("b.co.uk", "co.uk")
    assert has_known_ending("a.com")
    assert has_known_ending("shop.example")
    assert not has_known_ending("hello.world1")


@pytest.mark.parametrize(
    ("suffix", "lent"), [("pages.dev", True), ("uk.com", True), ("co.id", False), ("co.uk", False), ("com", False)]
)
def test_a_suffix_is_lent_where_a_firm_gives_it_to_anybody(suffix: str, lent: bool) -> None:
    assert is_lent(suffix) is lent


def test_letters_of_other_scripts_are_shown_as_read() -> None:
    address = parse("https://xn--80ak6aa92e.com")
    assert address is not None
    assert address.labels[0] == "\u0430\u0440\u0440\u04cf\u0435"
    assert parse("https://xn--\x80.com") is None


@pytest.mark.parametrize(
    ("link", "targets"),
    [
        ("https://a.com/?u=https%3A%2F%2Fx.cc", ("https://x.cc",)),
        ("https://a.com/?u=%2F%2Fx.cc&v=/local", ("https://x.cc",)),
        ("https://a.com/out/https://x.cc/a", ("https://x.cc/a",)),
        ("https://a.com/#to=http://x.cc", ("http://x.cc",)),
        ("https://a.com/?q=hello", ()),
    ],
)
def test_links_inside_a_link_are_seen(link: str, targets: tuple[str, ...]) -> None:
    address = parse(link)
    assert address is not None
    assert address.targets == targets


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "JavaScript", "java\nscript"])
def test_links_that_run_something_have_no_host(scheme: str) -> None:
    address = parse(f"{scheme}:alert(1)//dhl.com")
    assert address is not None
    assert address.host == ""


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    address = parse(text)
    if address is not None and address.host:
        assert address.host.isascii() or address.is_ip
        assert len(address.host) <= 253 or address.is_ip
