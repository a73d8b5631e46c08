"""Changes: what is different on a payment page since it was last looked at (PCI DSS 4.0.1, 11.6.1); pure.

compare(before, after)  ->  (Change("script_altered", "https://shop.example/pay", "https://...", "9f86", "3a1c"),)
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from sealane.grading.sight import Page, Scan

__all__ = ["WATCHED_HEADERS", "Change", "ChangeKind", "compare"]

ChangeKind = Literal[
    "page_gone", "page_added", "script_added", "script_removed", "script_altered", "host_added", "header_removed",
    "header_changed", "header_added", "form_target_added", "frame_added",
]  # fmt: skip
WATCHED_HEADERS = (
    "content-security-policy", "content-security-policy-report-only", "strict-transport-security", "x-frame-options",
    "x-content-type-options", "referrer-policy", "permissions-policy", "access-control-allow-origin",
    "access-control-allow-credentials", "cross-origin-opener-policy", "cross-origin-resource-policy",
    "cross-origin-embedder-policy",
)  # fmt: skip
"""Headers with an effect on security; others, such as dates, differ every time."""
_NONCE = re.compile(r"'nonce-[^']*'")
_POLICY = "content-security-policy (page)"


class Change(msgspec.Struct, frozen=True):
    """One difference on one page: what it is about, what it was and what it is now, empty where there is nothing."""

    kind: ChangeKind
    page: str
    subject: str
    was: str = ""
    now: str = ""


def compare(before: Scan, after: Scan) -> tuple[Change, ...]:
    """Return every difference that matters, page by page."""
    old, new = _pages(before), _pages(after)
    found = [change for url in old if url in new for change in _page(old[url], new[url])]
    found += [Change("page_gone", url, url, "read", page.fault or "gone") for url, page in _lost(old, new)]
    found += [Change("page_added", url, url) for url in new if url not in old]
    return tuple(found)


def _pages(scan: Scan) -> dict[str, Page]:
    return {page.url: page for page in scan.pages}


def _lost(old: Mapping[str, Page], new: Mapping[str, Page]) -> Iterator[tuple[str, Page]]:
    for url, page in old.items():
        now = new.get(url, Page(url, fault="gone"))
        if not page.fault and now.fault:
            yield url, now


def _page(was: Page, now: Page) -> Iterator[Change]:
    if was.fault or now.fault:
        return
    yield from _scripts(was, now)
    yield from _headers(was, now)
    targets: tuple[tuple[ChangeKind, set[str], set[str]], ...] = (
        ("form_target_added", {form.action for form in was.forms}, {form.action for form in now.forms}),
        ("frame_added", {frame.url for frame in was.frames}, {frame.url for frame in now.frames}),
    )
    for kind, old, new in targets:
        for url in sorted(new - old):
            yield Change(kind, now.url, url, "", url)


def _scripts(was: Page, now: Page) -> Iterator[Change]:
    old, new = _texts(was), _texts(now)
    for name in sorted(new.keys() - old.keys()):
        yield Change("script_added", now.url, name, "", new[name])
    for name in sorted(old.keys() - new.keys()):
        yield Change("script_removed", now.url, name, old[name], "")
    for name in sorted(old.keys() & new.keys()):
        if old[name] != new[name]:
            yield Change("script_altered", now.url, name, old[name], new[name])
    for host in sorted(_hosts(now) - _hosts(was)):
        yield Change("host_added", now.url, host, "", host)


def _texts(page: Page) -> dict[str, str]:
    """Return what is known of the text of each script: its digest, and the integrity that the page asks for."""
    texts: dict[str, list[str]] = {}
    for script in page.scripts:
        texts.setdefault(script.name, []).append(" ".join(filter(None, (script.digest, script.integrity))))
    return {name: "; ".join(each) for name, each in texts.items()}


def _hosts(page: Page) -> set[str]:
    return {script.host for script in page.scripts if script.host}


def _headers(was: Page, now: Page) -> Iterator[Change]:
    for name, old, new in _both(was, now):
        if old == new:
            continue
        kind: ChangeKind = "header_added" if old is None else "header_removed" if new is None else "header_changed"
        yield Change(kind, now.url, name, old or "", new or "")


def _both(was: Page, now: Page) -> Iterable[tuple[str, str | None, str | None]]:
    yield _POLICY, _steady(was.meta_policy or None), _steady(now.meta_policy or None)
    for name in WATCHED_HEADERS:
        yield name, _steady(was.header(name)), _steady(now.header(name))


def _steady(value: str | None) -> str | None:
    """Return a header without what is new each time by design."""
    return None if value is None else _NONCE.sub("'nonce'", value)
