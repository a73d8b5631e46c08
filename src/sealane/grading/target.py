"""Targets: which addresses of which hosts may be looked at, and where each name leads for the length of one scan.

A name is resolved once and the answer is kept, so that no second look-up can lead inside (DNS rebinding). A name that
nobody listed is never resolved at all.
"""

import socket
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlsplit

import msgspec

from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, NotPermitted

__all__ = ["Bounds", "Guard", "Resolve", "Target", "any_address", "host_of", "is_covered", "parse_target"]

Resolve = Callable[[str, int], str]
"""Turns a host and a port into the one address to connect to, or refuses with `NotPermitted`."""

_LONGEST_URL = 2000
_USUAL_PORTS = frozenset({80, 443, 8443})
_HIGHEST_PORT = 65535


class Target(msgspec.Struct, frozen=True):
    """One page of a shop: `https://shop.example:8443/checkout`."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port as browsers write an origin: `https://shop.example`."""
        usual = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == usual else f":{self.port}")

    @property
    def url(self) -> str:
        """The whole address."""
        return self.origin + self.path


class Bounds(msgspec.Struct, frozen=True):
    """How long one answer and a whole scan may take (seconds), and how large an answer may be (bytes)."""

    answer_seconds: float = 5.0
    scan_seconds: float = 30.0
    page_bytes: int = 1 << 20
    script_bytes: int = 4 << 20
    most_pages: int = 20
    most_scripts: int = 60


def parse_target(url: str) -> Target:
    """Return the page that an address names; a fragment is dropped.

    Raises:
        InvalidInput: when it is no plain http or https address.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        host, port = "", None
        parts = urlsplit("")
    is_plain = parts.scheme in {"http", "https"} and parts.username is None and len(url) <= _LONGEST_URL
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not (is_plain and host and path.isascii() and path.isprintable() and " " not in path):
        detail = "This is no address of a web page."
        error = FieldError("/urls", "not-a-url", detail)
        raise InvalidInput(detail, remedy="Write it like https://shop.example/checkout.", errors=(error,))
    return Target(parts.scheme, host, port or {"https": 443, "http": 80}[parts.scheme], path)


def host_of(url: str) -> str:
    """Return the host of an address, the empty text when it has none."""
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def is_covered(host: str, listed: Iterable[str]) -> bool:
    """Tell whether a host is one of those listed, or below one: `pay.shop.example` is below `shop.example`."""
    return any(host == each or host.endswith(f".{each}") for each in map(_name_of, listed) if each)


def any_address(host: str, port: int) -> str:
    """Return the first address of a host, wherever it leads: for an operator who allows private ones.

    Raises:
        DependencyUnavailable: when the host does not resolve.
    """
    try:
        return str(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4][0])
    except (OSError, UnicodeError):
        raise DependencyUnavailable("The host of this address does not resolve.", remedy="Check its name.") from None


class Guard:
    """Lets only listed hosts through, each to the address it had at first."""

    def __init__(self, listed: Sequence[str], resolve: Resolve, *, allows_any_port: bool = False) -> None:
        self.listed = tuple(listed)
        self._resolve = resolve
        self._allows_any_port = allows_any_port
        self._pinned: dict[str, str] = {}

    def address(self, host: str, port: int) -> str:
        """Return the address to connect to.

        Raises:
            NotPermitted: when the host is not listed, the port is none of a shop, or the address may not be called.
        """
        if not is_covered(host, self.listed):
            remedy = "List the host among the party's domains once its owner agreed to be graded."
            raise NotPermitted(f"{host} is not listed, so it is not looked at.", remedy=remedy)
        is_usual = self._allows_any_port or port in _USUAL_PORTS or f"{host}:{port}" in self.listed
        if not is_usual:
            remedy = f"List it with its port, as {host}:{port}."
            raise NotPermitted(f"Port {port} of {host} is not listed, so it is not looked at.", remedy=remedy)
        if host not in self._pinned:
            self._pinned[host] = self._resolve(host, port)
        return self._pinned[host]

    @property
    def pinned(self) -> dict[str, str]:
        """Every host looked at so far, with its address."""
        return dict(self._pinned)


def _name_of(listed: str) -> str:
    head, colon, port = listed.strip().lower().rpartition(":")
    is_port = colon and port.isdigit() and int(port) <= _HIGHEST_PORT and (":" not in head or head.endswith("]"))
    return (head if is_port else listed.strip().lower()).strip("[]").rstrip(".")
