"""Telling: a grade as it is shown to others, what changed since the one before, and what to do about it, best first."""

from datetime import datetime
from typing import Literal

import msgspec

from sealane.grading import (
    Act,
    Cap,
    Change,
    ChannelGrade,
    Finding,
    Grade,
    Graded,
    Pillar,
    PillarName,
    Published,
    Scan,
    compare,
)
from sealane.model.clock import from_micros

__all__ = ["Difference", "GradeDocument", "GradeLine", "differ", "fixes_of", "line_of", "tell"]


class GradeDocument(msgspec.Struct, frozen=True):
    """A grade as `GET /v1/grades/{party_id}` answers it; one never published has no id, time and log entry."""

    party_id: str
    grade: Grade
    observed: Grade
    """The grade of what is known; `grade` is U while too little is."""
    score: float | None
    coverage: float
    pillars: tuple[Pillar, ...]
    findings: tuple[Finding, ...]
    caps: tuple[Cap, ...]
    channels: tuple[ChannelGrade, ...]
    conduct: tuple[Act, ...]
    fixes: tuple[str, ...]
    rubric: str
    host: str | None = None
    mode: Literal["static", "rendered"] | None = None
    mode_reason: str = ""
    grade_id: str | None = None
    graded_at: datetime | None = None
    log_entry: str | None = None


class GradeLine(msgspec.Struct, frozen=True):
    """A grade as a history shows it."""

    grade_id: str
    grade: Grade
    observed: Grade
    score: float | None
    coverage: float
    findings: int
    rubric: str
    graded_at: datetime
    log_entry: str


class Difference(msgspec.Struct, frozen=True):
    """What changed between two grades: findings that came and went, points by pillar, and what the pages show."""

    before: GradeLine
    after: GradeLine
    new_findings: tuple[Finding, ...]
    gone_findings: tuple[Finding, ...]
    points: dict[PillarName, float]
    page_changes: tuple[Change, ...]


def tell(party_id: str, graded: Graded, published: Published | None) -> GradeDocument:
    """Return the document of a grade."""
    document = GradeDocument(
        party_id=party_id,
        grade=graded.grade,
        observed=graded.observed,
        score=graded.score,
        coverage=graded.coverage,
        pillars=graded.pillars,
        findings=graded.findings,
        caps=graded.caps,
        channels=graded.channels,
        conduct=graded.conduct,
        fixes=fixes_of(graded),
        rubric=graded.rubric,
    )
    if published is None:
        return document
    return msgspec.structs.replace(
        document,
        host=published.host,
        mode=published.mode,
        mode_reason=published.mode_reason,
        grade_id=published.grade_id or None,
        graded_at=from_micros(published.graded_us),
        log_entry=published.entry_id or None,
    )


def fixes_of(graded: Graded) -> tuple[str, ...]:
    """Return what to do, in plain words, first things first."""
    return tuple(dict.fromkeys(f"{finding.text} {finding.fix}" for finding in graded.findings))


def line_of(published: Published) -> GradeLine:
    """Return a grade's line in the history."""
    graded = published.graded
    return GradeLine(
        grade_id=published.grade_id,
        grade=graded.grade,
        observed=graded.observed,
        score=graded.score,
        coverage=graded.coverage,
        findings=len(graded.findings),
        rubric=graded.rubric,
        graded_at=from_micros(published.graded_us),
        log_entry=published.entry_id,
    )


def differ(before: tuple[Published, Scan], after: tuple[Published, Scan]) -> Difference:
    """Return what changed between two grades of one merchant."""
    old, new = before[0].graded, after[0].graded
    known = {(one.check, one.subjects) for one in old.findings}
    now = {(one.check, one.subjects) for one in new.findings}
    scores = {pillar.name: pillar.score for pillar in old.pillars}
    points = {
        pillar.name: round(pillar.score - earlier, 1)
        for pillar in new.pillars
        if pillar.score is not None and (earlier := scores.get(pillar.name)) is not None and pillar.score != earlier
    }
    return Difference(
        before=line_of(before[0]),
        after=line_of(after[0]),
        new_findings=tuple(one for one in new.findings if (one.check, one.subjects) not in known),
        gone_findings=tuple(one for one in old.findings if (one.check, one.subjects) not in now),
        points=points,
        page_changes=compare(before[1], after[1]),
    )
