"""Where the card proxy may call: hosts that the operator listed, over TLS, at public addresses.

    api.stripe.com                port 443
    api.adyen.com:8443            another port
    10.1.2.3:8443                 a private address, because it is written as an address
    http://127.0.0.1:9000         without TLS to this machine only, for a stand-in

A listed name that resolves to a private, local or reserved address is refused (server-side request forgery, CWE-918);
the call then goes to the very address that was looked at, so the name cannot change its mind in between.
"""

import asyncio
import ipaddress
import socket
from typing import NamedTuple
from urllib.parse import urlsplit

from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, Misconfigured, NotPermitted

__all__ = ["Allowed", "Target", "parse_hosts", "resolve"]

_PORTS = {"https": 443, "http": 80}


class Allowed(NamedTuple):
    """One place that may be called."""

    scheme: str
    host: str
    port: int


class Target(NamedTuple):
    """One call's destination: the URL as asked, and the address that it goes to."""

    place: Allowed
    address: str
    path: str

    @property
    def url(self) -> str:
        """The URL with the address in place of the name."""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{self.place.scheme}://{host}:{self.place.port}{self.path}"

    @property
    def authority(self) -> str:
        """The `Host` of the request: the name, with its port unless it is the usual one."""
        place = self.place
        host = f"[{place.host}]" if ":" in place.host else place.host
        return host if place.port == _PORTS[place.scheme] else f"{host}:{place.port}"


def parse_hosts(text: str) -> frozenset[Allowed]:
    """Return the places that a setting lists, parted by commas.

    Raises:
        Misconfigured: when one is no host, or does without TLS beyond this machine.
    """
    return frozenset(_parse_place(each.strip()) for each in text.split(",") if each.strip())


def _parse_place(text: str) -> Allowed:
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        place = Allowed(parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme, 0))
    except ValueError:
        place = Allowed("", "", 0)
        parts = urlsplit("")
    is_local = _address(place.host) is not None and ipaddress.ip_address(place.host).is_loopback
    if not place.host or parts.path or parts.username or parts.query or place.scheme not in _PORTS:
        raise Misconfigured("proxy_hosts lists something that is no host.", remedy='Write it as "api.stripe.com".')
    if place.scheme == "http" and not is_local:
        raise Misconfigured(f"proxy_hosts lists {place.host} without TLS.", remedy="List it without http://.")
    return place


async def resolve(url: str, allowed: frozenset[Allowed]) -> Target:
    """Return where a call to this URL goes.

    Raises:
        InvalidInput: when it is no URL of http or https, or carries a name and password.
        NotPermitted: when its host is not listed, or a listed name leads to an address that is not public.
        DependencyUnavailable: when its name cannot be looked up.
    """
    try:
        parts = urlsplit(url)
        place = Allowed(parts.scheme, (parts.hostname or "").rstrip("."), parts.port or _PORTS.get(parts.scheme, 0))
    except ValueError:
        raise _not_a_url() from None
    if not place.host or place.scheme not in _PORTS or "@" in parts.netloc or not url.isascii() or "\\" in url:
        raise _not_a_url()
    if place not in allowed:
        raise NotPermitted(
            "This host is not listed for the card proxy.", remedy="Let the operator add it to the setting proxy_hosts."
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    literal = _address(place.host)
    return Target(place, literal or await _look_up(place), path)


async def _look_up(place: Allowed) -> str:
    try:
        found = await asyncio.get_running_loop().getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except OSError:
        raise DependencyUnavailable(f"The name {place.host} cannot be looked up.") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(ipaddress.ip_address(address.partition("%")[0]).is_global for address in addresses):
        raise NotPermitted(
            f"{place.host} leads to an address that is not public.",
            remedy="If that is meant, let the operator list the address itself in proxy_hosts.",
        )
    return addresses[0]


def _address(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None


def _not_a_url() -> InvalidInput:
    detail = "The URL is not one of https with a host and without name and password."
    return InvalidInput(detail, errors=(FieldError("/url", "not-a-url", detail),))
