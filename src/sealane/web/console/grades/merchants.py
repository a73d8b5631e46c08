"""The grades page: merchants from worst to best, what they fail, and how their score went; not graded comes last."""

from datetime import datetime
from typing import get_args

import msgspec

from sealane.grading import Grade, Published
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.party import Party
from sealane.storage import parties
from sealane.web.console.gate import Look, page

__all__ = ["GRADES", "GradeRow", "GradesView", "read", "routes", "score_line", "tone_of"]

PATH = "/console/grades"
HISTORY = 20
CHECKS = 3
MOST = 200
GRADES: tuple[Grade, ...] = get_args(Grade)
_WORST_FIRST: tuple[Grade, ...] = ("T", "F", "D", "C", "B", "A", "A+", "U")
_TONES: dict[Grade, str] = {
    "A+": "good",
    "A": "good",
    "B": "good",
    "C": "caution",
    "D": "caution",
    "F": "bad",
    "T": "bad",
}


class GradeRow(msgspec.Struct, frozen=True):
    """One merchant; without a grade nobody looked yet. `trend` is SVG path data in a 100 x 100 box."""

    party_id: str
    name: str
    host: str | None
    grade: Grade | None
    score: float | None
    coverage: float | None
    graded_at: datetime | None
    failed: tuple[str, ...]
    findings: int
    trend: str

    @property
    def tone(self) -> str:
        """Which shape and colour its grade has."""
        return tone_of(self.grade)


class GradesView(msgspec.Struct, frozen=True):
    """The page; `counts` of each grade, over all merchants."""

    grade: Grade | None
    items: tuple[GradeRow, ...]
    merchants: int
    graded: int
    counts: dict[Grade, int]


def read(look: Look) -> GradesView:
    """Return all merchants with their grades, or those with one grade.

    Raises:
        InvalidInput: when there is no such grade.
    """
    wanted = next((each for each in GRADES if each == look.query.get("grade")), None)
    if look.query.get("grade") and wanted is None:
        detail = f"Use one of {', '.join(GRADES)}."
        raise InvalidInput("There is no such grade.", errors=(FieldError("/grade", "not-allowed", detail),))
    merchants = [each for each in parties.everyone(look.conn) if each.has("merchant")]
    rows = [_row(look, each) for each in merchants[:MOST]]
    rows.sort(key=_rank)
    counts = {grade: sum(row.grade == grade for row in rows) for grade in GRADES}
    return GradesView(
        wanted,
        tuple(row for row in rows if wanted in {None, row.grade}),
        len(merchants),
        sum(row.grade is not None for row in rows),
        {grade: count for grade, count in counts.items() if count},
    )


def tone_of(grade: Grade | None) -> str:
    """Return which shape and colour a grade has."""
    return _TONES.get(grade, "none") if grade else "none"


def score_line(scores: list[float]) -> str:
    """Return the way of scores from 0 to 100, oldest first, as SVG path data in a 100 x 100 box."""
    if len(scores) < 2:  # noqa: PLR2004 - a line takes two points
        return ""
    step = 100 / (len(scores) - 1)
    return "M" + " L".join(f"{at * step:.1f} {100 - score:.1f}" for at, score in enumerate(scores))


def _rank(row: GradeRow) -> tuple[int, float, str]:
    place = len(_WORST_FIRST) if row.grade is None else _WORST_FIRST.index(row.grade)
    return place, row.score if row.score is not None else 0.0, row.name


def _row(look: Look, party: Party) -> GradeRow:
    history = look.lane.rooms.grading.history(look.conn, party.party_id, HISTORY)
    latest: Published | None = history[0] if history else None
    if latest is None:
        host = party.domains[0] if party.domains else None
        return GradeRow(party.party_id, party.name, host, None, None, None, None, (), 0, "")
    graded = latest.graded
    scores = [each.graded.score for each in reversed(history) if each.graded.score is not None]
    return GradeRow(
        party_id=party.party_id,
        name=party.name,
        host=latest.host,
        grade=graded.grade,
        score=graded.score,
        coverage=graded.coverage,
        graded_at=from_micros(latest.graded_us),
        failed=tuple(dict.fromkeys(each.text for each in graded.findings))[:CHECKS],
        findings=len(graded.findings),
        trend=score_line(scores),
    )


routes = page(PATH, "grades/merchants.html", read)
