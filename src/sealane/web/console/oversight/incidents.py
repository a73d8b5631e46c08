"""The incidents page: every running legal clock, what ends first on top, and the form that opens an incident."""

from datetime import datetime
from typing import get_args

import msgspec
from starlette.responses import Response

from sealane.flows.oversight.incidents import open_incident
from sealane.model.clock import from_micros
from sealane.model.decoding import decode
from sealane.model.party import OPERATOR
from sealane.supervision.incidents import register
from sealane.supervision.incidents.clocks import clocks
from sealane.supervision.incidents.record import Incident, IncidentRequest, Kind
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, page
from sealane.web.console.oversight.clock import ClockRow, rank, row_of

__all__ = ["Deadline", "IncidentLine", "IncidentsView", "deadlines", "read", "routes"]

PATH = "/console/incidents"
_request = msgspec.json.Decoder(IncidentRequest)


class Deadline(msgspec.Struct, frozen=True):
    """A clock that runs, with its incident."""

    incident_id: str
    title: str
    clock: ClockRow


class IncidentLine(msgspec.Struct, frozen=True):
    """One incident in a line; `people` is null while nobody counted whom it hit."""

    incident_id: str
    title: str
    kind: Kind
    country: str
    opened_at: datetime
    people: int | None
    duties: int
    sent: int
    next: ClockRow | None


class IncidentsView(msgspec.Struct, frozen=True):
    """The page."""

    deadlines: tuple[Deadline, ...]
    items: tuple[IncidentLine, ...]
    kinds: tuple[Kind, ...]


def read(look: Look) -> IncidentsView:
    """Return the running clocks and all incidents, newest first."""
    found = register.incidents(look.conn)
    return IncidentsView(_running(found, look.now_us), tuple(_line(one, look.now_us) for one in found), get_args(Kind))


def deadlines(look: Look) -> tuple[Deadline, ...]:
    """Return the clocks that run or are overdue, of all incidents, what ends first on top."""
    return _running(register.incidents(look.conn), look.now_us)


def _running(found: tuple[Incident, ...], now_us: int) -> tuple[Deadline, ...]:
    rows = [
        Deadline(one.incident_id, one.title, row_of(duty, now_us))
        for one in found
        for duty in clocks(one, now_us)
        if duty.state in {"running", "overdue"}
    ]
    return tuple(sorted(rows, key=lambda row: rank(row.clock)))


def _line(incident: Incident, now_us: int) -> IncidentLine:
    rows = sorted((row_of(duty, now_us) for duty in clocks(incident, now_us)), key=rank)
    pending = [row for row in rows if row.state in {"running", "overdue"}]
    return IncidentLine(
        incident_id=incident.incident_id,
        title=incident.title,
        kind=incident.kind,
        country=incident.country,
        opened_at=from_micros(incident.opened_us),
        people=incident.impact.people,
        duties=len(rows),
        sent=sum(row.sent_at is not None for row in rows),
        next=pending[0] if pending else None,
    )


async def _open(sent: Sent) -> Response:
    """Open an incident of the operator; times are UTC."""
    moments = {name: f"{sent.text(name)}:00Z" for name in ("occurred", "aware") if sent.text(name)}
    body = {
        "title": sent.words("title", most=200),
        "kind": sent.text("kind"),
        "country": sent.text("country").upper(),
        "moments": moments,
        "description": sent.words("description") if sent.text("description") else "",
    }
    request, rooms = decode(_request, msgspec.json.encode(body)), sent.lane.rooms
    opened = await sent.run(lambda tx: open_incident(rooms, OPERATOR, request, tx))
    return sent.go(f"{PATH}/{opened.incident_id}")


routes = [
    *page(PATH, "oversight/incidents.html", read),
    action(PATH, _open, showing("oversight/incidents.html", read, PATH)),
]
