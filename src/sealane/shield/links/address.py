"""Addresses: a link taken apart the way a browser would (WHATWG URL), with whatever in it hides where it leads.

    parse("https://dhl.com@evil.top:8443/a?u=https%3A%2F%2Fx.cc")
    ->  Address(scheme="https", host="evil.top", domain="evil.top", user="dhl.com", port=8443, targets=("https://x.cc",))

Nothing is fetched or resolved. Hosts are mapped by UTS 46 before anything is compared.
"""

import ipaddress
import re
from functools import cache, lru_cache
from urllib.parse import parse_qsl, unquote

import idna
import msgspec
from publicsuffixlist import PublicSuffixList

__all__ = ["SCRIPTED", "Address", "has_known_ending", "is_lent", "parse", "registrable"]

_KEPT = (".example", ".test")
SCRIPTED = frozenset({"javascript", "data", "vbscript", "file", "blob", "about", "intent"})
"""Schemes that lead to no site but run or show what the link itself carries."""

LONGEST = 2048
_MOST_TARGETS = 4
_LONGEST_HOST = 253
_LONGEST_LABEL = 63
_LONGEST_RAW = 4 * _LONGEST_HOST
"""Characters of a host before mapping; percent signs and wide letters shrink."""
_STRIPPED = re.compile(r"[\t\n\r\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]{1,20}):(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_PORT = re.compile(r":(\d{1,5})$")
_HOST = re.compile(r"[^\s/?#@\\<>\[\]^|%:]+")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")
_LINK = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_WEB = frozenset({"http", "https", "ws", "wss", "ftp"})


class Address(msgspec.Struct, frozen=True):
    """A link's parts; `host` is ASCII, `labels` the same as people read it, `domain` what somebody registered."""

    scheme: str
    host: str = ""
    labels: tuple[str, ...] = ()
    domain: str | None = None
    suffix: str | None = None
    port: int | None = None
    user: str = ""
    path: str = ""
    targets: tuple[str, ...] = ()
    is_ip: bool = False
    has_scheme: bool = True


def parse(text: str) -> Address | None:
    """Return the parts of a link or of a bare host; None when it is neither."""
    link = _STRIPPED.sub("", text[:LONGEST]).strip()
    found = _SCHEME.fullmatch(link)
    scheme, rest = ("https", link) if found is None else (found["scheme"].lower(), found["rest"])
    scheme = {"hxxp": "http", "hxxps": "https"}.get(scheme, scheme)
    if scheme in SCRIPTED:
        return Address(scheme)
    if found is not None and scheme not in _WEB:
        # `dhl.com:443` is a host and its port; `mailto:` and its like lead to no site.
        scheme, rest, found = "https", link, None
    rest = rest.replace("\\", "/").lstrip("/")
    end = re.search(r"[/?#]", rest)
    authority, path = (rest, "") if end is None else (rest[: end.start()], rest[end.start() :])
    user, _, place = authority.rpartition("@")
    port = _PORT.search(place)
    host = _map_host(unquote(place[: port.start()] if port else place))
    if host is None:
        return None
    return _located(scheme, host, user=unquote(user), port=int(port[1]) if port else None, path=path,
                    has_scheme=found is not None)  # fmt: skip


def registrable(host: str) -> tuple[str | None, str | None]:
    """Return what of an ASCII host somebody registered, and the public suffix it is under, private ones included."""
    suffix = _suffixes().publicsuffix(host)
    if suffix is None or suffix == host:
        return None, suffix
    own = host.removesuffix(f".{suffix}").rpartition(".")[2]
    return f"{own}.{suffix}", suffix


def has_known_ending(host: str) -> bool:
    """Tell whether the ASCII host ends in a top-level domain that exists, or in one kept for examples (RFC 2606)."""
    return host.endswith(_KEPT) or _suffixes().publicsuffix(host, accept_unknown=False) is not None


@lru_cache(maxsize=1024)
def is_lent(suffix: str) -> bool:
    """Tell whether a public suffix belongs to a firm that lends names under it to anybody, as `pages.dev` does."""
    return "." in suffix and _suffixes(only_registries=True).publicsuffix(suffix) != suffix


def _located(scheme: str, host: str, *, user: str, port: int | None, path: str, has_scheme: bool) -> Address | None:
    is_ip = _is_ip(host)
    if not is_ip and "." not in host:
        return None
    domain, suffix = (None, None) if is_ip else registrable(host)
    return Address(
        scheme=scheme,
        host=host,
        labels=tuple(_unicode(label) for label in host.split(".")),
        domain=domain,
        suffix=suffix,
        port=port,
        user=user,
        path=path,
        targets=_targets(path),
        is_ip=is_ip,
        has_scheme=has_scheme,
    )


def _map_host(text: str) -> str | None:
    """Return the host in ASCII after the mapping of UTS 46; None when it can be no host."""
    if text.startswith("[") and text.endswith("]"):
        return text
    try:
        mapped = idna.uts46_remap(text, std3_rules=False).rstrip(".") if len(text) <= _LONGEST_RAW else ""
    except (idna.IDNAError, UnicodeError):
        return None
    labels = mapped.split(".")
    if not all(labels) or _HOST.fullmatch(mapped) is None:
        return None
    encoded = [label if label.isascii() else f"xn--{label.encode('punycode').decode('ascii')}" for label in labels]
    host = ".".join(encoded)
    return host if len(host) <= _LONGEST_HOST and all(len(label) <= _LONGEST_LABEL for label in encoded) else None


def _unicode(label: str) -> str:
    """Return an ASCII label as people read it; a damaged one stays as it is."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _is_ip(host: str) -> bool:
    """Tell whether a browser takes the host for an IP address, in decimal, octal or hexadecimal (WHATWG URL 3.5)."""
    if host.startswith("["):
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return _NUMBER.fullmatch(host.rpartition(".")[2]) is not None
    return True


def _targets(path: str) -> tuple[str, ...]:
    """Return other links that a link carries in its query, its fragment or its path: where it may send people on."""
    query = path.partition("?")[2].replace("#", "&") or path.partition("#")[2]
    try:
        values = [value for _, value in parse_qsl(query, max_num_fields=64)]
    except ValueError:
        values = []
    inside = unquote(re.split(r"[?#]", path, maxsplit=1)[0])
    start = max(inside.find("http://", 1), inside.find("https://", 1))
    if start > 0:
        values.append(inside[start:])
    return tuple(f"https:{value}" if value.startswith("/") else value for value in values if _LINK.match(value))[
        :_MOST_TARGETS
    ]


@cache
def _suffixes(*, only_registries: bool = False) -> PublicSuffixList:
    """Return the public suffix list, on request without the suffixes that firms lend (its private section)."""
    return PublicSuffixList(only_icann=only_registries)
