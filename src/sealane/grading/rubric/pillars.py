"""Pillars: seven scores from 0 to 100, each the sum of parts that are known; an unknown part counts neither way."""

from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

from sealane.grading.observing.scripts import is_guarded, is_known, third_parties
from sealane.grading.own import IDENTITY_ITEMS, Own, upper_wilson
from sealane.grading.rubric.table import PillarName, Rubric
from sealane.grading.sight import Observation, Scan, Tls

__all__ = ["PILLARS", "Case", "Part"]


FEWEST_SETTLED = 100
"""With fewer settled payments the ratio of disputes is unknown, not zero."""
_PROTOCOL = {"SSLv3": 80, "TLSv1.0": 90, "TLSv1.1": 95, "TLSv1.2": 100, "TLSv1.3": 100}
_EXCHANGE = ((4096, 100), (2048, 90), (1024, 80), (512, 40), (1, 20), (0, 0))
_CIPHER = ((256, 100), (128, 80), (1, 20), (0, 0))
_DISPUTES = ((0.0, 100.0), (0.003, 100.0), (0.005, 80.0), (0.009, 60.0), (0.015, 20.0), (0.022, 0.0), (1.0, 0.0))
_FEW_HOSTS, _MANY_HOSTS = 5, 18
_SLOW_DAYS = 30
_MOST_LEAKS_A_10K = 35


class Part(NamedTuple):
    """So many points earned of so many possible; `known` is False where nobody can say."""

    name: str
    earned: float
    possible: float
    known: bool = True


class Case(NamedTuple):
    """All that a grade is made from."""

    rubric: Rubric
    scan: Scan | None
    own: Own
    seen: tuple[Observation, ...]
    now_us: int

    def has(self, *checks: str) -> bool:
        """Tell whether any of these checks spoke."""
        return any(each.check in checks for each in self.seen)

    def points(self, pillar: PillarName) -> int:
        """Return the points of a pillar's checks that spoke, each counted once: what they cost is negative."""
        spoke = {each.check for each in self.seen if self.rubric.checks[each.check].pillar == pillar}
        return sum(self.rubric.checks[check].points for check in spoke)


def _transport(case: Case) -> Iterable[Part]:
    scan = case.scan
    if scan is None:
        return [Part("tls", 0, 100, known=False)]
    if scan.tls is None or scan.tls.trust_fault is not None:
        return [Part("tls", 0, 100, known=not scan.is_https or scan.tls is not None)]
    return [Part("tls", max(0.0, _rating(scan.tls) + case.points("transport")), 100)]


def _rating(tls: Tls) -> float:
    spoken = [_PROTOCOL[name] for name in tls.versions]
    ciphers = [_step(_CIPHER, bits) for bits in (tls.weakest_bits, tls.strongest_bits)]
    protocol, cipher = (min(spoken) + max(spoken)) / 2, sum(ciphers) / 2
    return 0.3 * protocol + 0.3 * _step(_EXCHANGE, tls.exchange_bits) + 0.4 * cipher


def _hardening(case: Case) -> Iterable[Part]:
    is_known = case.scan is not None and any(page.headers for page in case.scan.pages)
    return [Part("headers", min(100, max(0, 100 + _observatory(case))), 100, is_known)]


def _observatory(case: Case) -> int:
    """Return the sum of the modifiers; a bonus counts only where the faults alone leave 90 or more."""
    spoke = {each.check for each in case.seen if case.rubric.checks[each.check].pillar == "hardening"}
    modifiers = [case.rubric.checks[check].points for check in spoke]
    faults = sum(points for points in modifiers if points < 0)
    return faults + (sum(points for points in modifiers if points > 0) if faults >= -10 else 0)  # noqa: PLR2004 - 90 of 100


def _scripts(case: Case) -> Iterable[Part]:
    scan, own = case.scan, case.own
    pages = [page for page in scan.pages if page.status and not page.fault] if scan else []
    scripts = [(script, page) for page in pages for script in page.scripts]
    is_seen = bool(pages)
    allowed = [is_known(script, own.authorised) for script, _ in scripts]
    guarded = [is_guarded(script, page, own.authorised) for script, page in scripts]
    hosts = len(third_parties(scan)) if scan else 0
    cost = case.points("scripts")
    return [
        Part("inventory", 40 * _share(allowed), 40, is_seen and (own.is_watched or not scripts)),
        Part("integrity", max(0.0, 25 * _share(guarded) + cost), 25, is_seen),
        Part("freshness", 0 if case.has("watch_overdue") else 20, 20, own.is_watched),
        Part("hosts", 15 if hosts <= _FEW_HOSTS else 8 if hosts <= _MANY_HOSTS else 0, 15, is_seen),
    ]


def _fraud(case: Case) -> Iterable[Part]:
    settled, disputed = case.own.settled or 0, case.own.disputed or 0
    ratio = upper_wilson(min(disputed, settled), settled)
    return [Part("ratio", _line(_DISPUTES, ratio), 100, settled >= FEWEST_SETTLED)]


def _data(case: Case) -> Iterable[Part]:
    own, scan = case.own, case.scan
    rate = 10_000 * (own.leaks or 0) / own.messages if own.messages else 0.0
    surplus = min(1.0, own.surplus / own.messages) if own.messages else 0.0
    text_fault = case.has("security_txt_missing", "security_txt_no_contact", "security_txt_expired")
    has_text = scan is not None and scan.security_text is not None
    return [
        Part("leaks", 35 - min(_MOST_LEAKS_A_10K, rate), 35, own.messages > 0 and own.leaks is not None),
        Part("surplus", 20 * (1 - surplus), 20, own.messages > 0),
        Part("disclosures", 0 if own.overdue_disclosures else 15, 15, own.overdue_disclosures is not None),
        Part("erasure", 0 if (own.erasure_days or 0) > _SLOW_DAYS else 15, 15, own.erasure_days is not None),
        Part("breach", 0 if own.has_open_breach else 10, 10, own.has_open_breach is not None),
        Part("security_txt", 0 if text_fault else 5, 5, has_text),
    ]


def _logistics(case: Case) -> Iterable[Part]:
    own = case.own
    share = (own.prompt - own.implausible) / own.tracked if own.tracked else 0.0
    claims = own.claims_not_received / own.settled if own.settled else 0.0
    return [Part("deliveries", max(0.0, 100 * (share - claims)), 100, own.tracked >= FEWEST_SETTLED)]


def _identity(case: Case) -> Iterable[Part]:
    known = case.own.profile.identity
    parts = [Part(item, 10 * known.get(item, False), 10, item in known) for item in IDENTITY_ITEMS]
    lookalike = case.own.is_lookalike
    return [*parts, Part("own_name", 0 if lookalike else 10, 10, lookalike is not None)]


PILLARS: dict[PillarName, Callable[[Case], Iterable[Part]]] = {
    "transport": _transport,
    "hardening": _hardening,
    "scripts": _scripts,
    "fraud": _fraud,
    "data": _data,
    "logistics": _logistics,
    "identity": _identity,
}


def _share(claims: list[bool]) -> float:
    return sum(claims) / len(claims) if claims else 1.0


def _step(steps: tuple[tuple[int, int], ...], value: int) -> int:
    return next(score for least, score in steps if value >= least)


def _line(points: tuple[tuple[float, float], ...], value: float) -> float:
    """Return the value's score on a line through the points."""
    for (left, high), (right, low) in pairwise(points):
        if value <= right:
            return high + (low - high) * (value - left) / (right - left) if right > left else low
    return points[-1][1]
