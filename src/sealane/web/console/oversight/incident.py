"""One incident: its clocks with their drafts, one time axis, whom it hit, and what people add to it."""

from datetime import datetime
from typing import get_args

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sealane.flows.oversight.incidents import advance_incident
from sealane.model.clock import from_micros
from sealane.model.decoding import decode
from sealane.model.errors import NotFound
from sealane.model.ids import is_id
from sealane.storage import parties
from sealane.supervision.incidents import register
from sealane.supervision.incidents.clocks import clocks
from sealane.supervision.incidents.drafts import Draft, draft, text_of
from sealane.supervision.incidents.paper import print_draft
from sealane.supervision.incidents.record import Impact, Incident, Moment, Step
from sealane.supervision.incidents.severity import Severity, severities
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, download, page
from sealane.web.console.oversight.clock import ClockRow, rank, row_of

__all__ = ["IncidentMark", "IncidentView", "read", "read_draft", "routes"]

PATH = "/console/incidents/{incident_id}"
_step = msgspec.json.Decoder(Step)


class IncidentMark(msgspec.Struct, frozen=True):
    """One thing on the incident's time axis; `is_ahead` when it is still to come."""

    at: datetime
    what: str
    is_ahead: bool


class IncidentView(msgspec.Struct, frozen=True):
    """The page; the affected are a number here, who they are stays in the vault."""

    incident_id: str
    title: str
    description: str
    kind: str
    country: str
    opened_at: datetime
    clocks: tuple[ClockRow, ...]
    marks: tuple[IncidentMark, ...]
    severities: tuple[Severity, ...]
    impact: Impact
    affected: int
    log_entry: str | None
    moments: tuple[Moment, ...]


def read(look: Look) -> IncidentView:
    """Return one incident.

    Raises:
        NotFound: when there is none with this id.
    """
    incident = _incident(look)
    rows = tuple(sorted((row_of(duty, look.now_us) for duty in clocks(incident, look.now_us)), key=rank))
    return IncidentView(
        incident_id=incident.incident_id,
        title=incident.title,
        description=incident.description,
        kind=incident.kind,
        country=incident.country,
        opened_at=from_micros(incident.opened_us),
        clocks=rows,
        marks=_marks(incident, rows, look.now_us),
        severities=severities(incident),
        impact=incident.impact,
        affected=len(incident.affected),
        log_entry=incident.entry,
        moments=get_args(Moment),
    )


def read_draft(look: Look) -> Draft:
    """Return the draft of the report that the address names.

    Raises:
        NotFound: when the incident has no such duty.
    """
    incident = _incident(look)
    party = parties.by_id(look.conn, incident.party_id)
    return draft(incident, party, look.query.get("regime", ""), look.query.get("stage", ""), look.now_us)


def _draft_file(look: Look) -> tuple[str, bytes]:
    one = read_draft(look)
    return f"{one.incident_id}-{one.regime}-{one.stage}.txt", text_of(one).encode()


def _draft_paper(look: Look) -> tuple[str, bytes]:
    one = read_draft(look)
    return f"{one.incident_id}-{one.regime}-{one.stage}.pdf", print_draft(one, look.now_us)


async def _add(sent: Sent) -> Response:
    """Add a moment that became known, or a report that people sent; times are UTC."""
    at = f"{sent.text('at')}:00Z"
    body: dict[str, str | dict[str, str]]
    if sent.text("regime"):
        body = {"sent_regime": sent.text("regime"), "sent_stage": sent.text("stage"), "sent_at": at}
    else:
        body = {"moments": {sent.text("moment"): at}}
    step, rooms, incident_id = decode(_step, msgspec.json.encode(body)), sent.lane.rooms, _named(sent.request)
    await sent.run(lambda tx: advance_incident(rooms, register.get(tx, incident_id), step, tx))
    return sent.go(f"/console/incidents/{incident_id}")


def _incident(look: Look) -> Incident:
    return register.incident(look.conn, _checked(look.path["incident_id"]))


def _named(request: Request) -> str:
    return _checked(request.path_params["incident_id"])


def _checked(incident_id: str) -> str:
    if not is_id(incident_id, "inc"):
        raise NotFound("There is no incident with this id.")
    return incident_id


def _marks(incident: Incident, rows: tuple[ClockRow, ...], now_us: int) -> tuple[IncidentMark, ...]:
    now = from_micros(now_us)
    lines = [(from_micros(incident.opened_us), "opened here")]
    lines += [(from_micros(at_us), name.replace("_", " ")) for name, at_us in incident.moments.items()]
    lines += [(row.sent_at, f"{row.regime} {row.stage} sent") for row in rows if row.sent_at]
    lines += [(row.due_at, f"{row.regime} {row.stage} due") for row in rows if row.due_at]
    return tuple(IncidentMark(at, what, at > now) for at, what in sorted(lines))


_shown = showing("oversight/incident.html", read, "/console/incidents")
routes = [
    *page(f"{PATH}/draft", "oversight/draft.html", read_draft),
    download(f"{PATH}/draft.txt", _draft_file),
    download(f"{PATH}/draft.pdf", _draft_paper),
    action(f"{PATH}/steps", _add, _shown),
    *page(PATH, "oversight/incident.html", read),
]
