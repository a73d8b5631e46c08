"""Feeds: local lists of sites known to be bad or good, in the forms that blocklists are written in.

    # comment                     ! comment
    evil.top                      0.0.0.0 evil.top              ||evil.top^
    https://drive.example/d/1x    drive.example/d/1x            (this one path, not the whole site)

A domain covers what is under it. A known good domain is never called a lookalike; it proves nothing else.
"""

from collections.abc import Iterable
from pathlib import Path

import msgspec

from sealane.model.errors import Misconfigured
from sealane.shield.links.address import Address, parse

__all__ = ["NO_FEEDS", "Feeds", "feeds", "read_feeds", "read_list", "use_feeds"]

_LONGEST_LINE = 2048
_SINKS = ("0.0.0.0 ", "127.0.0.1 ", ":: ", "::1 ")
"""What blocklists in the form of hosts files begin with."""


class Feeds(msgspec.Struct, frozen=True):
    """Hosts, and hosts with a path, of the two lists."""

    bad: frozenset[str] = frozenset()
    good: frozenset[str] = frozenset()

    def has_bad(self, address: Address) -> bool:
        """Tell whether the address, or what it is under, is known to be bad."""
        return bool(self.bad) and _has(self.bad, address)

    def has_good(self, address: Address) -> bool:
        """Tell whether the address is under a domain that is known to be honest."""
        return bool(self.good) and _has(self.good, address)


NO_FEEDS = Feeds()
_in_use: list[Feeds] = [NO_FEEDS]


def feeds() -> Feeds:
    """Return the feeds in use."""
    return _in_use[0]


def use_feeds(chosen: Feeds) -> None:
    """Exchange the feeds in use, for everything that is checked from now on."""
    _in_use[:] = [chosen]


def read_feeds(bad: str, good: str) -> Feeds:
    """Return the feeds of two files; an empty name is an empty list.

    Raises:
        Misconfigured: when a file cannot be read.
    """
    return Feeds(_file(bad, "known_bad"), _file(good, "known_good"))


def read_list(lines: Iterable[str]) -> frozenset[str]:
    """Return the hosts, and hosts with paths, of a list; a line that names none is skipped."""
    return frozenset(entry for entry in map(_entry, lines) if entry)


def _file(name: str, setting: str) -> frozenset[str]:
    if not name:
        return frozenset()
    try:
        with Path(name).open(encoding="utf-8", errors="replace") as file:
            return read_list(file)
    except OSError as fault:
        raise Misconfigured(
            f"{setting} names a file that cannot be read: {fault.strerror}.",
            remedy=f"Correct {setting} or leave it out.",
        ) from None


def _entry(line: str) -> str:
    text = line[:_LONGEST_LINE].strip()
    if not text or text[0] in "#!":
        return ""
    text = next((text.removeprefix(sink) for sink in _SINKS if text.startswith(sink)), text)
    text = text.partition(" #")[0].strip().removeprefix("||").rstrip("^").removeprefix("*.")
    address = parse(text)
    if address is None or address.domain is None or not address.host:
        return ""
    return f"{address.host}{_path(address)}"


def _has(known: frozenset[str], address: Address) -> bool:
    rest = address.host
    while rest:
        if rest in known:
            return True
        rest = rest.partition(".")[2]
    path = _path(address)
    return bool(path) and f"{address.host}{path}" in known


def _path(address: Address) -> str:
    """Return the path without query and final slash."""
    return address.path.partition("?")[0].partition("#")[0].rstrip("/")
