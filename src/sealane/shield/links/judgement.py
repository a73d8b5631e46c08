"""Judgement of one link: official by exact domain, dangerous by a trick it plays, otherwise unknown."""

import ipaddress

import msgspec

from sealane.shield.links.address import SCRIPTED, Address, is_lent, parse
from sealane.shield.links.feeds import feeds
from sealane.shield.links.lookalike import Imitation, Trick, imitators
from sealane.shield.links.vocabulary import vocabulary
from sealane.shield.registry import Brand, default_registry
from sealane.shield.verdict import Reason, Verdict

__all__ = ["LinkJudgement", "judge_link"]

_TRICKS: dict[Trick, str] = {
    "foreign_letters": "{host} is written in letters of another alphabet that pass for ours; it is not {brand}.",
    "mixed_scripts": "{host} mixes letters of several alphabets in one word, which honest sites do not.",
    "domain_as_prefix": "{host} begins like {brand}, but belongs to whoever owns {domain}.",
    "other_ending": "{domain} has the name of {brand} under an ending that is not {brand}'s.",
    "brand_with_words": "{domain} puts other words beside the name of {brand}, but {brand} does not own it.",
    "joined_up": "{domain} cuts the name of {brand} in two; {brand} does not own it.",
    "misspelt": "{domain} is a misspelling of {brand}.",
    "word_with_lure": "{domain} uses a name of {brand} beside words that ask for something; {brand} does not own it.",
}
_USUAL_PORTS = frozenset({None, 80, 443, 8080, 8443})
_DEPTH = 2
"""How many links inside a link are looked at."""


class LinkJudgement(msgspec.Struct, frozen=True):
    """What is known of one link; `domain` is the registrable domain or the address, in ASCII."""

    verdict: Verdict
    brand: Brand | None
    domain: str
    reasons: tuple[Reason, ...]
    is_tracker: bool = False
    is_doubtful: bool = False
    """Whether its ending costs next to nothing, its host is lent to anybody, or it hides where it leads."""


def judge_link(address: Address, *, depth: int = 0) -> LinkJudgement:
    """Return what is known of a link, without asking anybody."""
    domain = address.domain or address.host or f"{address.scheme}:"
    given_away = _structure(address, domain)
    if given_away is not None:
        return LinkJudgement("dangerous", None, domain, (given_away,))
    owned = default_registry().owner(address.host)
    led = _led_elsewhere(address, domain, depth)
    if led is not None and led.verdict == "dangerous":
        return led
    if owned is not None:
        known = _known(owned.brand, owned.domain, owned.standing)
        return led if led is not None and known.verdict == "official" else _with_port(known, address)
    return _imitating(address, domain) or led or _unknown(address, domain)


def _imitating(address: Address, domain: str) -> LinkJudgement | None:
    """Return whom the host imitates, unless the operator's own list says that it is honest."""
    if feeds().has_good(address):
        text = f"{domain} is on a list of known sites. That does not say who sent you there."
        return LinkJudgement("unknown", None, domain, (Reason("known_good", text),))
    found = imitators().find(address)
    return LinkJudgement("dangerous", found.brand, domain, (_tell(found, address, domain),)) if found else None


def _known(brand: Brand | None, domain: str, standing: str) -> LinkJudgement:
    if brand is None:
        text = f"{domain} is on a list of the world's posts; nobody has confirmed it to us."
        return LinkJudgement("unknown", None, domain, (Reason("known_domain_unconfirmed", text),))
    if standing == "verified":
        text = f"{domain} is a domain of {brand.title}, as {brand.title} itself or two independent sources say."
        return LinkJudgement("official", brand, domain, (Reason("official_domain", text),))
    if standing == "listed":
        text = f"{domain} is listed as a domain of {brand.title}, by one source."
        return LinkJudgement("official", brand, domain, (Reason("official_domain_listed", text),))
    text = f"{domain} seems to belong to {brand.title}, but nobody has confirmed it to us."
    return LinkJudgement("unknown", brand, domain, (Reason("known_domain_unconfirmed", text),))


def _with_port(known: LinkJudgement, address: Address) -> LinkJudgement:
    if address.port in _USUAL_PORTS and not address.user:
        return known
    verdict: Verdict = "unknown" if known.verdict == "official" else known.verdict
    text = "The link carries a sign-in name or an unusual port, which links in messages do not need."
    return LinkJudgement(verdict, known.brand, known.domain, (*known.reasons, Reason("unusual_link", text)))


def _structure(address: Address, domain: str) -> Reason | None:
    """Return what in the link itself gives it away, whoever owns the site."""
    if address.scheme in SCRIPTED:
        text = f"A {address.scheme} link opens no site: it runs or shows what is hidden in the link itself."
        return Reason("script_link", text)
    if feeds().has_bad(address):
        return Reason("known_bad", f"{domain} is on a list of sites that are known to be fraud.")
    if "." in address.user or (address.user and default_registry().brands.get(address.user.lower())):
        text = f"What stands before the @ only looks like a site: the link leads to {domain}."
        return Reason("hidden_host", text)
    if address.is_ip and not _is_private(address.host):
        return Reason(
            "ip_address", "The link leads to a bare number instead of a name; shops and carriers never do that."
        )
    return None


def _led_elsewhere(address: Address, domain: str, depth: int) -> LinkJudgement | None:
    """Return the judgement of a link that sends people on to a site of other owners."""
    if depth >= _DEPTH:
        return None
    for target in map(parse, address.targets):
        if target is None or target.domain == address.domain:
            continue
        inner = judge_link(target, depth=depth + 1)
        text = f"The link goes through {domain} and on to {inner.domain}."
        reasons = (Reason("redirects", text), *inner.reasons)
        if inner.verdict == "dangerous":
            return LinkJudgement("dangerous", inner.brand, inner.domain, reasons)
        if inner.verdict != "official":
            return LinkJudgement("unknown", None, inner.domain, reasons)
    return None


def _tell(found: Imitation, address: Address, domain: str) -> Reason:
    title = found.brand.title if found.brand else "the site it looks like"
    return Reason(found.trick, _TRICKS[found.trick].format(host=address.host, domain=domain, brand=title))


def _unknown(address: Address, domain: str) -> LinkJudgement:
    if domain in vocabulary().shorteners:
        text = f"{domain} is a link shortener: it hides where the link leads."
        return LinkJudgement("unknown", None, domain, (Reason("shortener", text),), is_doubtful=True)
    if not vocabulary().trackers.isdisjoint({domain, domain.partition(".")[2]}):
        text = f"{domain} is a tool that many shops use; it does not say who sent you there."
        return LinkJudgement("unknown", None, domain, (Reason("shared_tool", text),), is_tracker=True)
    if address.is_ip:
        text = "The link leads to a machine in a private network."
        return LinkJudgement("unknown", None, domain, (Reason("private_address", text),))
    text = f"We know nothing about {domain}. That does not make it safe."
    return LinkJudgement("unknown", None, domain, (Reason("not_known", text),), is_doubtful=_is_doubtful(address))


def _is_doubtful(address: Address) -> bool:
    suffix = address.suffix or ""
    return suffix.rpartition(".")[2] in vocabulary().cheap_endings or is_lent(suffix)


def _is_private(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_private
    except ValueError:
        return False
