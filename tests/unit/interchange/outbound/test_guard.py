import socket
from typing import Any

import pytest

from sealane.interchange.outbound.guard import Guard
from sealane.model.errors import DependencyUnavailable, InvalidInput, NotPermitted


def answers(monkeypatch: pytest.MonkeyPatch, *turns: list[str]) -> None:
    """Let name servers answer with these addresses, turn by turn."""
    left = list(turns)

    def look_up(_host: str, port: int, **_: Any) -> list[Any]:
        found = left.pop(0) if len(left) > 1 else left[0]
        if not found:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_public_host_is_connected_to_by_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["93.184.216.34"])
    route = Guard().route("https://hooks.example.com:8443/in?a=b")
    assert (route.url, route.authority) == ("https://93.184.216.34:8443/in?a=b", "hooks.example.com:8443")
    assert Guard().route("https://hooks.example.com").url == "https://93.184.216.34:443/"
    assert Guard().route("https://hooks.example.com").authority == "hooks.example.com"


def test_21_a_name_that_changes_its_mind_is_refused_at_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], [])
    guard = Guard()
    guard.check("https://rebinding.example/")
    with pytest.raises(NotPermitted):
        guard.route("https://rebinding.example/")
    with pytest.raises(NotPermitted):
        guard.route("https://rebinding.example/")
    with pytest.raises(DependencyUnavailable):
        guard.route("https://rebinding.example/")
    guard.check("https://not-yet.example/")


@pytest.mark.parametrize("address", ["127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "::ffff:192.168.0.1"])
def test_21_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    answers(monkeypatch, [address])
    with pytest.raises(InvalidInput) as refusal:
        Guard().check("https://inside.example/", "/target")
    assert refusal.value.errors[0].pointer == "/target"


def test_loopback_is_open_where_it_is_allowed_and_mixed_answers_never(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = Guard(allows_loopback=True)
    assert guard.route("http://127.0.0.1:8080/x").url == "http://127.0.0.1:8080/x"
    assert guard.route("http://[::1]:8080/").authority == "[::1]:8080"
    answers(monkeypatch, ["127.0.0.1", "10.0.0.1"], ["93.184.216.34"])
    with pytest.raises(NotPermitted):
        guard.route("https://mixed.example/")
    with pytest.raises(NotPermitted):
        guard.route("http://plain.example/")


@pytest.mark.parametrize(
    "url", ["https://2130706433/", "https://0x7f.1/", "https://1.2.3/", "https://[::1", "x", "https://a b/"]
)
def test_21_addresses_that_hide_what_they_are_are_refused_before_any_look_up(url: str) -> None:
    with pytest.raises(NotPermitted):
        Guard(allows_loopback=True).route(url)
