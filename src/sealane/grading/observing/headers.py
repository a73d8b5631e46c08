"""Headers: the table of the HTTP Observatory, on every page of the checkout; each check counts once, at its worst."""

import re
from collections.abc import Iterator

from sealane.grading.observing.policy import policies_of
from sealane.grading.sight import Observation, Page, Scan

__all__ = ["observe_headers"]

_HALF_YEAR = 15_768_000
_MAX_AGE = re.compile(r"(?:^|;)\s*max-age\s*=\s*\"?(\d{1,10})\"?\s*(?:;|$)", re.IGNORECASE)
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
_SHIELDED = {"same-origin", "same-site"}


def observe_headers(scan: Scan) -> Iterator[Observation]:
    """Yield what the headers of each readable page lack or earn."""
    for page in scan.pages:
        if page.headers:
            for observe in (_policy, _framing, _sniffing, _referrer, _sharing, _cookies):
                yield from (Observation(check, page.url) for check in observe(page))
            if scan.is_https:
                yield from (Observation(check, page.url) for check in _transport_security(page))


def _policy(page: Page) -> Iterator[str]:
    policies = policies_of(page)
    if not policies:
        told = page.header("content-security-policy-report-only") is not None
        yield "csp_report_only" if told else "csp_missing"
        return
    limiting = [policy for policy in policies if policy.scripts is not None]
    if not limiting:
        yield "csp_unlimited"
        return
    faults = [
        check
        for check, has in (
            ("csp_unsafe_inline", all(policy.allows_inline for policy in limiting)),
            ("csp_unsafe_eval", all(policy.allows_eval for policy in limiting)),
            ("csp_wide_source", all(policy.is_wide for policy in limiting)),
            ("csp_plain_source", all(policy.has_plain_source for policy in limiting)),
        )
        if has
    ]
    yield from faults
    if not faults:
        is_closed = any(policy.directives.get("default-src") == ("'none'",) for policy in limiting)
        yield "csp_closed" if is_closed else "csp_sound"


def _transport_security(page: Page) -> Iterator[str]:
    header = page.header("strict-transport-security")
    if header is None:
        yield "hsts_missing"
        return
    age = _MAX_AGE.search(header)
    if age is None:
        yield "hsts_unreadable"
    elif int(age[1]) < _HALF_YEAR:
        yield "hsts_short"


def _framing(page: Page) -> Iterator[str]:
    header = (page.header("x-frame-options") or "").strip().lower()
    if any("frame-ancestors" in policy.directives for policy in policies_of(page)):
        yield "framing_by_policy"
    elif not header:
        yield "framing_missing"
    elif header not in {"deny", "sameorigin"}:
        yield "framing_unreadable"


def _sniffing(page: Page) -> Iterator[str]:
    header = page.header("x-content-type-options")
    if header is None:
        yield "sniffing_missing"
    elif header.strip().lower() != "nosniff":
        yield "sniffing_unreadable"


def _referrer(page: Page) -> Iterator[str]:
    header = page.header("referrer-policy")
    if header is None:
        return
    # The last word a browser understands counts (Referrer Policy section 11.1).
    last = header.rpartition(",")[2].strip().lower()
    yield "referrer_private" if last in _PRIVATE else "referrer_open"


def _sharing(page: Page) -> Iterator[str]:
    origin = (page.header("access-control-allow-origin") or "").strip().lower()
    with_credentials = (page.header("access-control-allow-credentials") or "").strip().lower() == "true"
    if origin in {"*", "null"}:
        yield "sharing_with_credentials" if with_credentials else "sharing_open"
    resource = page.header("cross-origin-resource-policy")
    if resource is not None:
        word = resource.strip().lower()
        if word in _SHIELDED:
            yield "resource_shielded"
        elif word != "cross-origin":
            yield "resource_unreadable"


def _cookies(page: Page) -> Iterator[str]:
    faults = set()
    for cookie in page.cookies:
        if not cookie.is_secure:
            faults.add("cookie_session_plain" if cookie.is_session else "cookie_plain")
        if cookie.is_session and not cookie.is_http_only:
            faults.add("cookie_session_readable")
        if cookie.is_session and not cookie.same_site:
            faults.add("cookie_no_same_site")
        if cookie.same_site == "none" and not cookie.is_secure:
            faults.add("cookie_same_site_broken")
    yield from sorted(faults)
    if not faults:
        yield "cookies_sound"
