import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.grading.target import Guard, Target, any_address, host_of, is_covered, parse_target
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotPermitted


def test_an_address_becomes_a_target() -> None:
    target = parse_target("https://Shop.Example:8443/pay?step=2#top")
    assert target == Target("https", "shop.example", 8443, "/pay?step=2")
    assert target.url == "https://shop.example:8443/pay?step=2"
    assert parse_target("http://shop.example").url == "http://shop.example/"
    assert parse_target("https://[::1]:8443/").origin == "https://[::1]:8443"
    assert parse_target("https://bücher.example/").host == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    "url",
    ["", "shop.example", "ftp://shop.example/", "https://", "https://user@shop.example/", "https://a:99999/",
     "https://shop.example/a b", "https://shop.example/\r\nhost: x", "javascript:alert(1)", "https://[::1/"],
)  # fmt: skip
def test_what_is_no_page_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        parse_target(url)


@given(st.text(max_size=60))
def test_any_text_is_a_target_or_refused(text: str) -> None:
    try:
        target = parse_target(text)
    except InvalidInput:
        return
    assert target.host
    assert "\n" not in target.path
    assert "\r" not in target.path


def test_a_listed_name_covers_what_is_below_it_and_nothing_beside_it() -> None:
    listed = ("shop.example", "localhost:8443", "[::1]:8443")
    assert is_covered("shop.example", listed)
    assert is_covered("pay.shop.example", listed)
    assert is_covered("localhost", listed)
    assert is_covered("::1", listed)
    for other in ("example", "myshop.example", "shop.example.evil.example", ""):
        assert not is_covered(other, listed)


def test_a_host_is_read_from_an_address() -> None:
    assert host_of("https://CDN.example:444/a") == "cdn.example"
    assert host_of("https://[broken/") == ""
    assert host_of("data:text/html,x") == ""


def test_a_guard_resolves_listed_hosts_once_and_no_others() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> str:
        asked.append(host)
        return f"203.0.113.{len(asked)}"

    guard = Guard(("shop.example", "odd.example:9999"), resolve)
    assert guard.address("shop.example", 443) == guard.address("shop.example", 80) == "203.0.113.1"
    assert guard.address("odd.example", 9999) == "203.0.113.2"
    assert guard.pinned == {"shop.example": "203.0.113.1", "odd.example": "203.0.113.2"}
    for host, port in (("evil.example", 443), ("shop.example", 22)):
        with pytest.raises(NotPermitted):
            guard.address(host, port)
    assert asked == ["shop.example", "odd.example"]


def test_any_address_resolves_loopback_and_refuses_nonsense() -> None:
    assert any_address("127.0.0.1", 443) == "127.0.0.1"
    with pytest.raises(DependencyUnavailable):
        any_address("no-such-host.invalid", 443)
