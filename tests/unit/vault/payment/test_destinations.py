import asyncio
import socket
from typing import Any

import pytest

from sealane.model.errors import DependencyUnavailable, InvalidInput, Misconfigured, NotPermitted
from sealane.vault.payment.destinations import parse_hosts, resolve

LISTED = parse_hosts("api.psp.example, api.psp.example:8443, 10.1.2.3, http://127.0.0.1:9000, [2001:db8::1]:444")


def names(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    async def look_up(*_: Any, **__: Any) -> list[tuple[Any, ...]]:
        await asyncio.sleep(0)
        if not addresses:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)


def test_the_call_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, "93.184.216.34")
    target = asyncio.run(resolve("https://api.psp.example:8443/v1/charges?x=1", LISTED))
    assert target.url == "https://93.184.216.34:8443/v1/charges?x=1"
    assert target.authority == "api.psp.example:8443"


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254", "::1", "fd00::1", "100.64.0.1"]
)
def test_a_listed_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    names(monkeypatch, "93.184.216.34", address)
    with pytest.raises(NotPermitted, match="not public"):
        asyncio.run(resolve("https://api.psp.example/", LISTED))


@pytest.mark.parametrize(
    "url",
    ["https://other.example/", "https://api.psp.example:444/", "http://api.psp.example/", "https://psp.example/",
     "https://api.psp.example.evil.example/", "https://10.1.2.4/", "http://127.0.0.1:9001/", "https://169.254.169.254/"],
)  # fmt: skip
def test_what_is_not_listed_is_refused(url: str) -> None:
    with pytest.raises(NotPermitted, match="not listed"):
        asyncio.run(resolve(url, LISTED))


@pytest.mark.parametrize(
    "url",
    ["", "ftp://api.psp.example/", "https://", "https://api.psp.example@evil.example/", "https://u:p@api.psp.example/",
     "https://api.psp.example:99999/", "https://[::1", "file:///etc/passwd", "https://api.psp.example\\@evil.example/",
     "https://\uff41pi.psp.example/"],
)  # fmt: skip
def test_what_is_no_plain_url_is_refused(url: str) -> None:
    with pytest.raises((InvalidInput, NotPermitted)):
        asyncio.run(resolve(url, LISTED))


def test_addresses_that_the_operator_wrote_are_meant() -> None:
    assert asyncio.run(resolve("https://10.1.2.3/a", LISTED)).url == "https://10.1.2.3:443/a"
    assert asyncio.run(resolve("http://127.0.0.1:9000/a", LISTED)).url == "http://127.0.0.1:9000/a"
    assert asyncio.run(resolve("https://[2001:db8::1]:444/a", LISTED)).authority == "[2001:db8::1]:444"


def test_a_name_that_cannot_be_looked_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch)
    with pytest.raises(DependencyUnavailable):
        asyncio.run(resolve("https://api.psp.example/", LISTED))


@pytest.mark.parametrize(
    "text", ["http://api.psp.example", "ftp://x", "a.example/path", "u@a.example", "https://", "a:b"]
)
def test_a_wrong_setting_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(Misconfigured):
        parse_hosts(text)
