"""The guard: where messages may be sent. Never into this machine, this network or a cloud's inside (OWASP API7).

    https://hooks.shop.example/in      -> Route("203.0.113.9", ...)    the address that was checked is connected to
    https://2130706433/, https://[::ffff:10.0.0.1]/, https://169.254.169.254/    refused

A name is looked up at every connection, so one that changes its mind is refused then. A name that is not known yet may
be registered; it is nowhere, and is looked at once it is somewhere.
"""

import re
import socket
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from sealane.interchange.gate.addresses import is_public
from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, NotPermitted

__all__ = ["Guard", "Route"]

LONGEST_URL = 2_048
_PRINTABLE = re.compile(r"[!-~]+")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_PORTS = {"https": 443, "http": 80}


class Route(NamedTuple):
    """Where to connect: the address that was checked, and the host that is meant."""

    scheme: str
    address: str
    host: str
    port: int
    target: str
    """Path and query."""

    @property
    def url(self) -> str:
        """The address to call, with the checked one in place of the name."""
        return f"{self.scheme}://{_bracketed(self.address)}:{self.port}{self.target}"

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        name = _bracketed(self.host)
        return name if self.port == _PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """What connections may be shared by: scheme, host and port."""
        return self.scheme, self.host, self.port


class Guard:
    """Decides where messages may go; `allows_loopback` adds plain HTTP on this machine, for development."""

    def __init__(self, *, allows_loopback: bool = False) -> None:
        self._allows_loopback = allows_loopback

    def check(self, url: str, at: str = "/url") -> None:
        """Make sure, at registration, that messages may be sent to this address; `at` is its field.

        Raises:
            InvalidInput: when it is no plain `https` address, or leads to where messages may not go.
        """
        try:
            self.route(url)
        except NotPermitted as refusal:
            error = FieldError(at, "not-allowed", refusal.detail)
            raise InvalidInput(refusal.detail, errors=(error,), remedy=refusal.advice) from None
        except DependencyUnavailable:
            return

    def route(self, url: str) -> Route:
        """Return where to connect for an address, looked up and checked now.

        Raises:
            NotPermitted: when messages may not be sent there.
            DependencyUnavailable: when the name is not known.
        """
        place = _split(url)
        host, port = (place.hostname or "").rstrip("."), place.port or _PORTS[place.scheme]
        if place.scheme != "https" and not self._allows_loopback:
            raise _inside()
        addresses = _look_up(host, port)
        is_here = all(map(_is_loopback, addresses))
        if not (self._allows_loopback if is_here else place.scheme == "https" and all(map(is_public, addresses))):
            raise _inside()
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        return Route(place.scheme, addresses[0], host, port, target)


def _inside() -> NotPermitted:
    return NotPermitted(
        "Messages go to https addresses on the public internet only.",
        remedy="Use a public https address; for one on this machine set `outbound_loopback = true`.",
    )


def _split(url: str) -> SplitResult:
    try:
        place = urlsplit(url)
        is_plain = place.port != 0 and bool(place.hostname)
    except ValueError:
        is_plain = False
    if (
        not is_plain
        or len(url) > LONGEST_URL
        or not _PRINTABLE.fullmatch(url)
        or "\\" in url
        or place.scheme not in _PORTS
        or "@" in place.netloc
        or place.fragment
    ):
        remedy = "Write it as https://HOST/PATH, without user, password and fragment."
        raise NotPermitted("This is no plain address of the web.", remedy=remedy)
    return place


def _look_up(host: str, port: int) -> list[str]:
    last = host.rpartition(".")[2]
    if _NUMBER.fullmatch(last) and not _is_address(host):
        raise NotPermitted("An address in numbers is written with four of them.", remedy="Write the host's name.")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise DependencyUnavailable("The host of this address does not resolve.") from None
    return [str(each[4][0]) for each in found]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    return ip_address(address.partition("%")[0]).is_loopback


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
