"""Scripts: what runs on the payment page, where it comes from, and where the page sends what is typed."""

from collections.abc import Iterator

from sealane.grading.observing.policy import policies_of
from sealane.grading.own import Authorised
from sealane.grading.sight import Observation, Page, Scan, Script
from sealane.grading.target import host_of, is_covered

__all__ = ["is_guarded", "is_known", "observe_scripts", "third_parties"]

_MANY_HOSTS = 18


def observe_scripts(scan: Scan, authorised: tuple[Authorised, ...], *, is_watched: bool) -> Iterator[Observation]:
    """Yield what is wrong with the scripts, forms and frames of each page."""
    for page in scan.pages:
        yield from _page(page)
        for script in page.scripts:
            yield from _script(script, page, scan)
            if is_watched:
                yield from _permission(script, authorised)
        for form in page.forms:
            check = _form_check(form.host, form.action, scan)
            if check:
                yield Observation(f"card_{check}" if form.takes_card else check, form.host or page.url)
            if form.takes_card and form.method == "get":
                yield Observation("card_form_in_address", page.url)
    if len(third_parties(scan)) > _MANY_HOSTS:
        yield Observation("script_hosts_many", str(len(third_parties(scan))))


def third_parties(scan: Scan) -> set[str]:
    """Return the hosts of scripts that are not the shop's own."""
    hosts = {script.host for page in scan.pages for script in page.scripts if script.host}
    return {host for host in hosts if not is_covered(host, (*scan.own_hosts, scan.host))}


def is_guarded(script: Script, page: Page, authorised: tuple[Authorised, ...]) -> bool:
    """Tell whether an altered script would not run, or would show: integrity, a strict policy, or a pinned digest."""
    is_strict = any(policy.is_strict for policy in policies_of(page))
    is_pinned = any(one.name == script.name and one.digest and one.digest == script.digest for one in authorised)
    return bool(script.integrity) or is_strict or is_pinned


def is_known(script: Script, authorised: tuple[Authorised, ...]) -> bool:
    """Tell whether somebody authorised this script by its name."""
    return any(one.name == script.name for one in authorised)


def _page(page: Page) -> Iterator[Observation]:
    if page.fault:
        return
    if page.handlers:
        yield Observation("inline_handlers", page.url)
    if page.base:
        yield Observation("base_foreign", host_of(page.base))
    if page.refresh and host_of(page.refresh) != host_of(page.url):
        yield Observation("refresh_away", host_of(page.refresh))
    if page.plain_resources and page.url.startswith("https://"):
        yield Observation("content_plain", page.url)


def _script(script: Script, page: Page, scan: Scan) -> Iterator[Observation]:
    if not script.url:
        if not any(policy.scripts is not None and not policy.allows_inline for policy in policies_of(page)):
            yield Observation("script_inline_open", script.name)
        return
    is_own = is_covered(script.host, (*scan.own_hosts, scan.host))
    if script.url.startswith("http://"):
        yield Observation("script_plain", script.name)
    elif not is_own and not script.integrity:
        yield Observation("script_no_integrity", script.name)


def _permission(script: Script, authorised: tuple[Authorised, ...]) -> Iterator[Observation]:
    if not is_known(script, authorised):
        yield Observation("script_unauthorised", script.name)
        return
    pinned = {one.digest for one in authorised if one.name == script.name and one.digest}
    if pinned and script.digest and script.digest not in pinned:
        yield Observation("script_altered", script.name)


def _form_check(host: str, action: str, scan: Scan) -> str:
    """Return what is wrong with where a form sends what is typed; the empty text when nothing is."""
    if action.startswith("http://"):
        return "form_plain"
    known = (*scan.own_hosts, *scan.partner_hosts, scan.host)
    return "" if not host or is_covered(host, known) else "form_unlisted"
