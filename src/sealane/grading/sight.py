"""Sights: what one scan saw, as plain facts. Grading looks at nothing else, so the same sight gives the same grade."""

from typing import Literal, NamedTuple

import msgspec

__all__ = [
    "Cookie",
    "Form",
    "Frame",
    "Observation",
    "Page",
    "Plain",
    "Scan",
    "Script",
    "SecurityText",
    "Tls",
    "TrustFault",
]

TrustFault = Literal["expired", "not_yet_valid", "self_signed", "untrusted", "mismatch"]


class Tls(msgspec.Struct, frozen=True):
    """What the server offers under TLS; bits are those of the weakest and strongest suite and of the key exchange."""

    versions: tuple[str, ...]
    weak_families: tuple[str, ...]
    weakest_bits: int
    strongest_bits: int
    exchange_bits: int
    is_post_quantum: bool
    trust_fault: TrustFault | None
    key: str = ""
    key_bits: int = 0
    signature: str = ""
    until_us: int | None = None


class Cookie(msgspec.Struct, frozen=True):
    """A cookie that a page sets: its name and its guards, never its value."""

    name: str
    is_session: bool
    is_secure: bool
    is_http_only: bool
    same_site: str


class Script(msgspec.Struct, frozen=True):
    """A script of a page: an address, or inline; `digest` is SHA-256 of its text where that was read."""

    url: str
    host: str
    integrity: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """What the script is known by: its address without a query, or `inline:` and its digest."""
        return self.url.partition("?")[0] if self.url else f"inline:{self.digest[:16]}"


class Form(msgspec.Struct, frozen=True):
    """A form: where it sends what is typed, and whether card data is typed into it."""

    action: str
    host: str
    takes_card: bool
    method: str = "post"


class Frame(msgspec.Struct, frozen=True):
    """A page inside the page."""

    url: str
    host: str


class Page(msgspec.Struct, frozen=True):
    """One page of the checkout; `fault` says why it could not be read, in a few words, else it is empty."""

    url: str
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    cookies: tuple[Cookie, ...] = ()
    scripts: tuple[Script, ...] = ()
    forms: tuple[Form, ...] = ()
    frames: tuple[Frame, ...] = ()
    meta_policy: str = ""
    handlers: int = 0
    base: str = ""
    refresh: str = ""
    plain_resources: tuple[str, ...] = ()
    left_to: str = ""
    """The other host that the page leads away to, if it does."""
    fault: str = ""

    def header(self, name: str) -> str | None:
        """Return a header's value, several joined as one list (RFC 9110 section 5.3); None when it is not there."""
        found = [value for each, value in self.headers if each == name]
        return ", ".join(found) if found else None


class Plain(msgspec.Struct, frozen=True):
    """What happens on the shop's unencrypted port: nobody there, a redirect, or a page."""

    status: int = 0
    location: str = ""


class SecurityText(msgspec.Struct, frozen=True):
    """The file `/.well-known/security.txt` (RFC 9116)."""

    status: int
    has_contact: bool = False
    expires_us: int | None = None


class Scan(msgspec.Struct, frozen=True):
    """One look at a checkout; what could not be looked at is None, which is never held against anybody."""

    host: str
    scanned_us: int
    mode: Literal["static", "rendered"]
    mode_reason: str
    pages: tuple[Page, ...]
    own_hosts: tuple[str, ...]
    partner_hosts: tuple[str, ...] = ()
    """Hosts of others whose scripts the merchant authorised, and to which its forms may send."""
    is_https: bool = True
    tls: Tls | None = None
    plain: Plain | None = None
    security_text: SecurityText | None = None


class Observation(NamedTuple):
    """One check of the rubric that spoke, by its id, and what it is about: a page, a host, a script."""

    check: str
    subject: str
