"""One merchant's grade: pillars, what to put right, what caps it, ways to pay, the watched page and its scripts."""

from datetime import datetime

import msgspec
from starlette.responses import Response

from sealane.grading import Alert, Cap, ChannelGrade, Finding, Grade, Pillar
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.ids import is_id
from sealane.storage import parties
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, page
from sealane.web.console.grades.merchants import HISTORY, score_line, tone_of
from sealane.web.console.grades.scripts import ScriptRow, authorise, forbid, read_scripts

__all__ = ["MerchantView", "Step", "read", "routes"]

PATH = "/console/grades/{party_id}"
ALERTS = 20


class Step(msgspec.Struct, frozen=True):
    """One earlier grade."""

    graded_at: datetime
    grade: Grade
    score: float | None
    log_entry: str


class MerchantView(msgspec.Struct, frozen=True):
    """The page; everything but the name is empty while nobody looked."""

    party_id: str
    name: str
    host: str | None
    domain: str | None = None
    """Under which shoppers find the shop."""
    grade: Grade | None = None
    observed: Grade | None = None
    score: float | None = None
    coverage: float | None = None
    graded_at: datetime | None = None
    rubric: str | None = None
    log_entry: str | None = None
    mode: str | None = None
    pillars: tuple[Pillar, ...] = ()
    findings: tuple[Finding, ...] = ()
    caps: tuple[Cap, ...] = ()
    channels: tuple[ChannelGrade, ...] = ()
    alerts: tuple[Alert, ...] = ()
    scripts: tuple[ScriptRow, ...] | None = None
    """None while no page of the merchant is watched."""
    history: tuple[Step, ...] = ()
    trend: str = ""

    @property
    def tone(self) -> str:
        """Which shape and colour the grade has."""
        return tone_of(self.grade)


def read(look: Look) -> MerchantView:
    """Return a merchant's newest grade.

    Raises:
        NotFound: when there is no such party.
    """
    party_id = look.path["party_id"]
    if not (is_id(party_id, "mer") or is_id(party_id, "pty")):
        raise NotFound("There is no party with this id.")
    party, grading = parties.by_id(look.conn, party_id), look.lane.rooms.grading
    history = grading.history(look.conn, party_id, HISTORY)
    alerts = tuple(reversed(grading.alerts(look.conn, party_id)))[:ALERTS]
    scripts = read_scripts(look, party_id)
    domain = party.domains[0] if party.domains else None
    if not history:
        return MerchantView(party_id, party.name, domain, domain, alerts=alerts, scripts=scripts)
    latest, graded = history[0], history[0].graded
    return MerchantView(
        party_id=party_id,
        name=party.name,
        host=latest.host,
        domain=domain,
        grade=graded.grade,
        observed=graded.observed,
        score=graded.score,
        coverage=graded.coverage,
        graded_at=from_micros(latest.graded_us),
        rubric=graded.rubric,
        log_entry=latest.entry_id or None,
        mode=latest.mode,
        pillars=graded.pillars,
        findings=graded.findings,
        caps=graded.caps,
        channels=graded.channels,
        alerts=alerts,
        scripts=scripts,
        history=tuple(
            Step(from_micros(each.graded_us), each.graded.grade, each.graded.score, each.entry_id) for each in history
        ),
        trend=score_line([each.graded.score for each in reversed(history) if each.graded.score is not None]),
    )


async def _authorise(sent: Sent) -> Response:
    await authorise(sent)
    return sent.go(_page_of(sent))


async def _forbid(sent: Sent) -> Response:
    await forbid(sent)
    return sent.go(_page_of(sent))


def _page_of(sent: Sent) -> str:
    return f"{PATH.format(**sent.request.path_params)}#scripts"


_shown = showing("grades/merchant.html", read, PATH)
routes = [
    *page(PATH, "grades/merchant.html", read),
    action(f"{PATH}/scripts", _authorise, _shown),
    action(f"{PATH}/scripts/end", _forbid, _shown),
]
