"""Markup: what an HTML page loads and where it sends what is typed; the text itself is not kept.

<script src="https://js.psp.example/v3" integrity="sha384-...">  ->  Script(url, host, integrity)
<form action="/pay"><input autocomplete="cc-number">             ->  Form(action, host, takes_card=True)
"""

import re
from hashlib import sha256
from typing import TypeVar
from urllib.parse import urljoin

from sealane.grading.probes.tags import Tag, read_tags
from sealane.grading.sight import Cookie, Form, Frame, Page, Script
from sealane.grading.target import host_of

__all__ = ["read_cookies", "read_page"]

_CARD = re.compile(r"card.?(?:num|no\b)|cc.?(?:num|no\b)|\bpan\b|cvc|cvv|csc|security.?code", re.IGNORECASE)
_SESSION = re.compile(r"sess|sid\b|auth|token|login|csrf|xsrf", re.IGNORECASE)
_RESOURCES = {"img": "src", "link": "href", "audio": "src", "video": "src", "source": "src", "embed": "src"}
_REFRESH = re.compile(r"\s*\d+\s*;\s*url\s*=\s*['\"]?([^'\"]+)", re.IGNORECASE)
T = TypeVar("T")
_MOST_OF_A_KIND = 200


class _Collector:
    """Collects as it reads; everything is resolved against the page's base."""

    def __init__(self, url: str) -> None:
        self.base = url
        self.foreign_base = ""
        self.scripts: list[Script] = []
        self.forms: list[Form] = []
        self.frames: list[Frame] = []
        self.plain: list[str] = []
        self.policy = ""
        self.refresh = ""
        self.handlers = 0
        self._stray_card = False
        self._takers = {
            "base": self._take_base,
            "meta": self._take_meta,
            "form": self._take_form,
            "input": self._take_input,
            "button": self._take_button,
            "iframe": self._take_iframe,
        }

    def take(self, tag: Tag) -> None:
        """Take in one element."""
        found = tag.attributes
        self.handlers += sum(name.startswith("on") for name in found)
        if tag.name == "script":
            self._take_script(found, tag.text)
        elif tag.name in self._takers:
            self._takers[tag.name](found)
        source = found.get(_RESOURCES.get(tag.name, ""), "")
        if source:
            self._note_plain(_join(self.base, source))

    def _take_base(self, found: dict[str, str]) -> None:
        if found.get("href"):
            resolved = _join(self.base, found["href"])
            if host_of(resolved) != host_of(self.base):
                self.foreign_base = resolved
            self.base = resolved

    def _take_meta(self, found: dict[str, str]) -> None:
        kind, content = found.get("http-equiv", "").lower(), found.get("content", "")
        if kind == "content-security-policy":
            self.policy = f"{self.policy}, {content}" if self.policy else content
        refresh = _REFRESH.match(content) if kind == "refresh" else None
        if refresh:
            self.refresh = _join(self.base, refresh[1].strip())

    def _take_script(self, found: dict[str, str], text: str) -> None:
        if "src" in found:
            url = _join(self.base, found["src"].strip())
            self._note_plain(url)
            self._add(self.scripts, Script(url, host_of(url), found.get("integrity", "").strip()))
        elif found.get("type", "").lower() not in {"application/json", "application/ld+json"}:
            digest = sha256(text.encode("utf-8", "replace")).hexdigest()
            self._add(self.scripts, Script("", "", digest=digest))

    def _take_form(self, found: dict[str, str]) -> None:
        url = _join(self.base, found.get("action", "").strip())
        self._add(self.forms, Form(url, host_of(url), takes_card=False, method=found.get("method", "get").lower()))

    def _take_input(self, found: dict[str, str]) -> None:
        words = " ".join(found.get(name, "") for name in ("name", "id", "placeholder", "aria-label"))
        is_card = "cc-" in found.get("autocomplete", "").lower() or _CARD.search(words) is not None
        if is_card and self.forms:
            last = self.forms[-1]
            self.forms[-1] = Form(last.action, last.host, takes_card=True, method=last.method)
        elif is_card:
            self._stray_card = True

    def _take_button(self, found: dict[str, str]) -> None:
        """Take a button's own target, which wins over its form's (HTML section 4.10.18.6)."""
        if "formaction" in found and self.forms:
            url = _join(self.base, found["formaction"].strip())
            last = self.forms[-1]
            self._add(self.forms, Form(url, host_of(url), takes_card=last.takes_card, method=last.method))

    def _take_iframe(self, found: dict[str, str]) -> None:
        if found.get("src"):
            url = _join(self.base, found["src"].strip())
            self._note_plain(url)
            self._add(self.frames, Frame(url, host_of(url)))

    def _note_plain(self, url: str) -> None:
        if url.startswith("http://"):
            self._add(self.plain, url)

    @staticmethod
    def _add(into: list[T], one: T) -> None:
        if len(into) < _MOST_OF_A_KIND:
            into.append(one)

    def settle(self) -> None:
        """Take in what the end of the page leaves open."""
        if self._stray_card and not any(form.takes_card for form in self.forms):
            self.forms.append(Form(self.base, host_of(self.base), takes_card=True, method="script"))


def read_page(url: str, status: int, headers: tuple[tuple[str, str], ...], body: bytes) -> Page:
    """Return what a page loads, sends and sets."""
    collector = _Collector(url)
    kind = dict(headers).get("content-type", "text/html").lower()
    if "html" in kind:
        for tag in read_tags(body.decode("utf-8", "replace")):
            collector.take(tag)
        collector.settle()
    return Page(
        url=url,
        status=status,
        headers=headers,
        cookies=read_cookies(headers),
        scripts=tuple(collector.scripts),
        forms=tuple(collector.forms),
        frames=tuple(collector.frames),
        meta_policy=collector.policy,
        handlers=collector.handlers,
        base=collector.foreign_base,
        refresh=collector.refresh,
        plain_resources=tuple(dict.fromkeys(collector.plain)),
    )


def read_cookies(headers: tuple[tuple[str, str], ...]) -> tuple[Cookie, ...]:
    """Return the cookies that headers set (RFC 6265 section 4.1), without their values."""
    return tuple(_cookie(value) for name, value in headers if name == "set-cookie")


def _cookie(value: str) -> Cookie:
    first, *rest = value.split(";")
    name = first.partition("=")[0].strip()
    words = {part.partition("=")[0].strip().lower(): part.partition("=")[2].strip().lower() for part in rest}
    return Cookie(
        name=name[:100],
        is_session=_SESSION.search(name) is not None,
        is_secure="secure" in words,
        is_http_only="httponly" in words,
        same_site=words.get("samesite", ""),
    )


def _join(base: str, url: str) -> str:
    """Return an address resolved as browsers do; one that cannot be is returned as it is."""
    try:
        return urljoin(base, url)
    except ValueError:
        return url
