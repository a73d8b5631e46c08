"""Scanning: one look at a checkout, from its handshakes to its scripts, within its bounds.

scan = Scanner(Terms(), resolve=public_address, clock=clock).look(Request(urls, listed=("shop.example",)))
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import urljoin

import msgspec
from msgspec.structs import replace

from sealane.grading.probes.handshakes import look_at_tls
from sealane.grading.probes.line import Deadline
from sealane.grading.probes.markup import read_page
from sealane.grading.probes.reading import Reader
from sealane.grading.probes.rendering import find_browser
from sealane.grading.sight import Page, Plain, Scan, SecurityText, Tls
from sealane.grading.target import Bounds, Guard, Resolve, Target, host_of, is_covered, parse_target
from sealane.model.clock import Clock, to_micros
from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, NotPermitted

__all__ = ["Request", "Scanner", "Terms"]

Step = Callable[[str, int, int], None]
"""Told what is being done, how many steps are done and how many there are."""

_SECURITY_TEXT = "/.well-known/security.txt"
_LONGEST_TEXT = 32 << 10
_OK, _HTTPS = 200, 443


class Terms(msgspec.Struct, frozen=True):
    """How this installation scans: the file of certificates it trusts, its browser, whether private hosts may be."""

    trusted: str = ""
    browser: str = "auto"
    is_sandboxed: bool = True
    allows_private: bool = False
    bounds: Bounds = Bounds()


class Request(msgspec.Struct, frozen=True):
    """What to look at: pages of one host; `listed` are the hosts that may be called, the first ones the shop's own."""

    urls: tuple[str, ...]
    listed: tuple[str, ...]
    script_hosts: tuple[str, ...] = ()
    plain_port: int | None = None
    wants_rendering: bool = False


class Scanner:
    """Looks at checkouts."""

    def __init__(self, terms: Terms, resolve: Resolve, clock: Clock) -> None:
        self._terms = terms
        self._resolve = resolve
        self._clock = clock

    def look(self, request: Request, on_step: Step = lambda _what, _done, _all: None) -> Scan:
        """Return what there is to see.

        Raises:
            InvalidInput: when the addresses are none, too many, or of several hosts.
            NotPermitted: when the host is not listed, or leads to a private address.
            Unanswered: when nobody answers at the first address.
        """
        targets = _targets(request.urls, self._terms.bounds.most_pages)
        first, last = targets[0], len(targets) + 3
        look = _Look(self._terms, request, self._resolve)
        on_step("handshakes", 0, last)
        tls = look.tls(first)
        on_step("redirect and security.txt", 1, last)
        plain, text = look.plain(first), look.security_text(first)
        pages = []
        for number, target in enumerate(targets, 2):
            on_step(target.path.partition("?")[0], number, last)
            pages.append(look.page(target))
        on_step("scripts", last - 1, last)
        reason = look.render(pages) if request.wants_rendering else "read as it was sent"
        look.digest(pages)
        on_step("done", last, last)
        return Scan(
            host=first.host,
            scanned_us=self._clock(),
            mode="static" if reason else "rendered",
            mode_reason=reason,
            pages=tuple(pages),
            own_hosts=request.listed,
            partner_hosts=request.script_hosts,
            is_https=first.scheme == "https",
            tls=tls,
            plain=plain,
            security_text=text,
        )


class _Look:
    """The probes of one scan, which share a deadline and where each name leads."""

    def __init__(self, terms: Terms, request: Request, resolve: Resolve) -> None:
        self._terms = terms
        self._request = request
        self._bounds = terms.bounds
        self._deadline = Deadline(terms.bounds.scan_seconds)
        listed = (*request.listed, *request.script_hosts)
        self._guard = Guard(listed, resolve, allows_any_port=terms.allows_private)
        self._reader = Reader(self._guard, self._deadline, terms.bounds.answer_seconds)

    def tls(self, target: Target) -> Tls | None:
        """Return what is offered under TLS; None where the checkout itself is not encrypted.

        Raises:
            NotPermitted: when the host may not be looked at.
            Unanswered: when nobody answers.
        """
        self._guard.address(target.host, target.port)
        if target.scheme == "http":
            return None
        deadline = self._deadline.within(2 * self._bounds.answer_seconds)
        return look_at_tls(self._guard, target, self._terms.trusted, deadline)

    def plain(self, target: Target) -> Plain | None:
        """Return what the unencrypted port does; None where nobody knows which port that is."""
        port = self._request.plain_port or (80 if target.port == _HTTPS else None)
        if target.scheme == "http" or port is None:
            return None
        response = self._reader.get_once(replace(target, scheme="http", port=port), self._bounds.page_bytes)
        return Plain(response.status, urljoin(response.url, dict(response.headers).get("location", "")))

    def security_text(self, target: Target) -> SecurityText | None:
        """Return how the file for those who find a flaw stands."""
        response = self._reader.get(replace(target, path=_SECURITY_TEXT), _LONGEST_TEXT)
        if not response.status:
            return None
        fields = [line.partition(":") for line in response.body.decode("utf-8", "replace").splitlines()]
        named = {name.strip().lower(): value.strip() for name, colon, value in fields if colon}
        is_there = response.status == _OK and not response.fault
        return SecurityText(response.status, is_there and bool(named.get("contact")), _moment(named.get("expires", "")))

    def page(self, target: Target) -> Page:
        """Return one page, or why it could not be read."""
        response = self._reader.get(target, self._bounds.page_bytes)
        if response.fault or response.left_to:
            status, left = response.status, response.left_to
            return Page(response.url, status, response.headers, left_to=left, fault=response.fault)
        return read_page(response.url, response.status, response.headers, response.body)

    def render(self, pages: list[Page]) -> str:
        """Read the pages again as a browser builds them; return why that was not possible, empty when it was."""
        browser = find_browser(self._terms.browser, is_sandboxed=self._terms.is_sandboxed)
        if not browser.path:
            return browser.reason
        for host in self._request.script_hosts:
            self._pin(host)
        rendered = []
        for page in pages:
            markup = browser.render(page.url, self._guard.pinned, self._deadline, self._bounds.page_bytes)
            if markup is None:
                return "the browser did not finish, so pages were read as they were sent"
            seen = read_page(page.url, page.status, page.headers, markup)
            rendered.append(replace(seen, fault=page.fault, left_to=page.left_to))
        pages[:] = rendered
        return ""

    def digest(self, pages: list[Page]) -> None:
        """Read the scripts of hosts that may be called and note the digest of each."""
        urls = list(dict.fromkeys(script.url for page in pages for script in page.scripts if script.url))
        readable = [url for url in urls if is_covered(host_of(url), self._guard.listed)]
        found = {url: self._digest(url) for url in readable[: self._bounds.most_scripts]}
        for index, page in enumerate(pages):
            scripts = tuple(replace(one, digest=one.digest or found.get(one.url, "")) for one in page.scripts)
            pages[index] = replace(page, scripts=scripts)

    def _digest(self, url: str) -> str:
        try:
            response = self._reader.get(parse_target(url), self._bounds.script_bytes)
        except InvalidInput:
            return ""
        return sha256(response.body).hexdigest() if response.status == _OK and not response.fault else ""

    def _pin(self, host: str) -> None:
        with suppress(NotPermitted, DependencyUnavailable):  # what may not be called stays unknown to the browser
            self._guard.address(host, _HTTPS)


def _targets(urls: Sequence[str], most: int) -> list[Target]:
    """Return the pages to look at.

    Raises:
        InvalidInput: when there are none, too many, or they are of several hosts.
    """
    if not 1 <= len(urls) <= most:
        raise _wrong("count", f"Name 1 to {most} pages of one shop.")
    targets = [parse_target(url) for url in urls]
    if len({(each.scheme, each.host, each.port) for each in targets}) > 1:
        raise _wrong("several-hosts", "All pages of a scan are on one host, under one scheme and port.")
    return targets


def _moment(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return to_micros(moment.astimezone(UTC)) if moment.tzinfo else None


def _wrong(code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError("/urls", code, detail),))
