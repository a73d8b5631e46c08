"""Judging: one grade from what was seen and what is known; pure, so the same input always gives the same grade.

graded = judge(shipped_rubric(), scan, own, now_us=scan.scanned_us)
graded.grade, graded.observed, graded.coverage  ->  "U", "A", 0.36    little is known; what is known is good
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from sealane.grading.observing import observe_headers, observe_scripts, observe_transport
from sealane.grading.observing.ledger import observe_own
from sealane.grading.own import Own
from sealane.grading.rubric.channels import ChannelGrade, grade_channel
from sealane.grading.rubric.pillars import PILLARS, Case, Part
from sealane.grading.rubric.table import Act, Check, Grade, PillarName, Rubric
from sealane.grading.sight import Observation, Scan
from sealane.model.clock import from_micros

__all__ = ["Cap", "Finding", "Graded", "Pillar", "PillarPart", "Point", "judge"]

_DAY_US = 86_400_000_000
_MOST_SUBJECTS = 20
_WORST_FIRST: tuple[Grade, ...] = ("T", "F", "D", "C", "B", "A", "A+")
_FATAL = ("T", "F")
_URGENT = {"T": 1000, "F": 900, "D": 500, "C": 300, "B": 200}
"""How much more a finding matters for capping the grade here."""


class PillarPart(msgspec.Struct, frozen=True):
    """Points earned of those possible; `is_known` is false where nobody can say, which counts neither way."""

    name: str
    earned: float
    possible: float
    is_known: bool


class Point(msgspec.Struct, frozen=True):
    """A check that moved the score, and who says that it matters; 0 where the pillar's formula counts it."""

    check: str
    points: int
    source: str


class Pillar(msgspec.Struct, frozen=True):
    """One of the seven; `score` is None when nothing of it is known, `known_weight` is what it weighs in this grade."""

    name: PillarName
    title: str
    weight: int
    known_weight: float
    score: float | None
    source: str
    parts: tuple[PillarPart, ...]
    points: tuple[Point, ...]


class Finding(msgspec.Struct, frozen=True):
    """Something to put right: what, where, and how; `subjects` names at most twenty places."""

    check: str
    pillar: PillarName
    text: str
    fix: str
    source: str
    subjects: tuple[str, ...]


class Cap(msgspec.Struct, frozen=True):
    """A limit that a finding sets; it ends with the finding, or at `expires_at`."""

    grade: Grade
    check: str
    reason: str
    fix: str
    expires_at: datetime | None = None


class Graded(msgspec.Struct, frozen=True):
    """A grade with everything that made it; `observed` is the grade of what is known, however little that is."""

    grade: Grade
    observed: Grade
    score: float | None
    coverage: float
    pillars: tuple[Pillar, ...]
    findings: tuple[Finding, ...]
    caps: tuple[Cap, ...]
    channels: tuple[ChannelGrade, ...]
    conduct: tuple[Act, ...]
    rubric: str


def judge(rubric: Rubric, scan: Scan | None, own: Own, *, now_us: int) -> Graded:
    """Return the grade; without a scan, from the own facts alone."""
    seen = (each for each in _observe(scan, own, now_us) if each.check not in own.set_aside)
    case = Case(rubric, scan, own, tuple(seen), now_us)
    pillars = tuple(_pillar(name, case) for name in rubric.pillars)
    known = sum(pillar.known_weight for pillar in pillars)
    total = sum((pillar.score or 0) * pillar.known_weight for pillar in pillars)
    score = round(total / known, 1) if known else None
    findings, caps = tuple(_findings(case)), tuple(_caps(case))
    observed = _banded(rubric, score, caps, has_findings=bool(findings))
    is_rated = known >= rubric.least_coverage or (observed in _FATAL and bool(caps))
    grade: Grade = observed if is_rated else "U"
    return Graded(
        grade=grade,
        observed=observed,
        score=score,
        coverage=round(known / 100, 3),
        pillars=pillars,
        findings=findings,
        caps=caps,
        channels=tuple(grade_channel(channel, rubric) for channel in own.profile.channels),
        conduct=rubric.conduct[grade],
        rubric=f"{rubric.version} {rubric.digest[:16]}",
    )


def _observe(scan: Scan | None, own: Own, now_us: int) -> Iterable[Observation]:
    if scan is not None:
        yield from observe_transport(scan)
        yield from observe_headers(scan)
        yield from observe_scripts(scan, own.authorised, is_watched=own.is_watched)
    yield from observe_own(own, now_us)


def _pillar(name: PillarName, case: Case) -> Pillar:
    terms, parts = case.rubric.pillars[name], list(PILLARS[name](case))
    possible = sum(part.possible for part in parts)
    known = sum(part.possible for part in parts if part.known)
    earned = sum(part.earned for part in parts if part.known)
    spoke = dict.fromkeys(each.check for each in case.seen if case.rubric.checks[each.check].pillar == name)
    checks = [case.rubric.checks[check] for check in spoke]
    return Pillar(
        name=name,
        title=terms.title,
        weight=terms.weight,
        known_weight=round(terms.weight * known / possible, 3),
        score=round(100 * earned / known, 1) if known else None,
        source=terms.source,
        parts=tuple(_told(part) for part in parts),
        points=tuple(Point(check.id, check.points, check.source) for check in checks),
    )


def _told(part: Part) -> PillarPart:
    return PillarPart(part.name, round(part.earned, 1) if part.known else 0.0, part.possible, part.known)


def _findings(case: Case) -> list[Finding]:
    """Return what is wrong: first what caps the grade, then what costs most."""
    return sorted(_found(case), key=lambda finding: _urgency(case.rubric, finding))


def _urgency(rubric: Rubric, finding: Finding) -> tuple[int, str]:
    check, weight = rubric.checks[finding.check], rubric.pillars[finding.pillar].weight
    return -(_URGENT.get(check.cap or "", 0) - check.points * weight // 10 + weight), finding.check


def _found(case: Case) -> Iterable[Finding]:
    places: dict[str, dict[str, None]] = {}
    for each in case.seen:
        if case.rubric.checks[each.check].is_fault:
            places.setdefault(each.check, {})[each.subject] = None
    for check_id, subjects in places.items():
        check = case.rubric.checks[check_id]
        named = tuple(filter(None, subjects))[:_MOST_SUBJECTS]
        yield Finding(check.id, check.pillar, check.text, check.fix, check.source, named)


def _caps(case: Case) -> Iterable[Cap]:
    spoke = dict.fromkeys(each.check for each in case.seen)
    found = [cap for check in spoke if (cap := _cap(case.rubric.checks[check], case)) is not None]
    return sorted(found, key=lambda cap: _WORST_FIRST.index(cap.grade))


def _cap(check: Check, case: Case) -> Cap | None:
    if check.cap is None:
        return None
    since_us = case.own.unauthorised_since_us
    if check.cap_after_days and (since_us is None or case.now_us - since_us <= check.cap_after_days * _DAY_US):
        return None
    found_us = case.own.card_in_logistics_us
    ends = None
    if check.cap_for_days is not None and found_us is not None:
        ends = from_micros(found_us + check.cap_for_days * _DAY_US)
    return Cap(check.cap, check.id, check.text, check.fix, ends)


def _banded(rubric: Rubric, score: float | None, caps: tuple[Cap, ...], *, has_findings: bool) -> Grade:
    """Return the band of the score under its caps; A+ has no open finding, and nothing known is U."""
    grade: Grade = "U" if score is None else rubric.band(score)
    if grade == "A+" and has_findings:
        grade = "A"
    allowed = [grade, *(cap.grade for cap in caps)]
    ranked = [each for each in allowed if each != "U"]
    return min(ranked, key=_WORST_FIRST.index) if ranked else "U"
