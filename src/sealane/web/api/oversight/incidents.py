"""Incidents: open one, follow it, read its clocks, and get the drafts of its reports. Nothing is ever submitted."""

import asyncio
import sqlite3
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from sealane.flows.oversight.incidents import advance_incident, open_incident, scope_incident, whom_it_hit
from sealane.model.clock import from_micros, to_micros
from sealane.model.decoding import decode, read_json, refuse_leaks
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.storage import parties
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Answer, Slot, once
from sealane.supervision.incidents import register
from sealane.supervision.incidents.affected import Scope
from sealane.supervision.incidents.clocks import Duty, State, clocks
from sealane.supervision.incidents.drafts import ADVICE, Draft, draft, text_of
from sealane.supervision.incidents.paper import print_draft
from sealane.supervision.incidents.record import Impact, Incident, IncidentRequest, Step
from sealane.supervision.incidents.severity import Severity, severities
from sealane.web.api.answers import REPLAYED
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class Clock(msgspec.Struct, frozen=True):
    """One duty: times are null while its clock waits for what `waits_for` names."""

    regime: str
    stage: str
    to_whom: str
    state: State
    started_at: datetime | None
    due_at: datetime | None
    sent_at: datetime | None
    why: str
    waits_for: str
    source: str
    is_confirmed: bool


class IncidentAnswer(msgspec.Struct, frozen=True):
    """An incident with all its clocks and what each regime would call it."""

    incident_id: str
    party_id: str
    title: str
    kind: str
    country: str
    regimes: tuple[str, ...]
    opened_at: datetime
    moments: dict[str, datetime]
    impact: Impact
    clocks: tuple[Clock, ...]
    severities: tuple[Severity, ...]
    affected_people: int
    log_entry: str | None
    advice: str = ADVICE


class Incidents(msgspec.Struct, frozen=True):
    """Incidents, newest first."""

    items: tuple[IncidentAnswer, ...]


class ScopeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was open: whose hands, from when to when, which fields (none: all)."""

    party_id: str
    since: Aware
    until: Aware
    fields: tuple[str, ...] = ()


class IncidentMoment(msgspec.Struct, frozen=True):
    """One thing on the time axis of an incident."""

    at: datetime
    what: str


class IncidentTimeline(msgspec.Struct, frozen=True):
    """What happened, what was sent and what falls due, in the order of time."""

    items: tuple[IncidentMoment, ...]


class ReportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which report: the regime and the stage; as JSON, or on paper as `pdf` or `text`."""

    regime: str
    stage: str
    format: Literal["json", "pdf", "text"] = "json"


_request = msgspec.json.Decoder(IncidentRequest)
_step = msgspec.json.Decoder(Step)
_scope = msgspec.json.Decoder(ScopeRequest)
_report = msgspec.json.Decoder(ReportQuery)


async def open_an_incident(visit: Visit) -> Reply:
    """Open an incident of the caller."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    request, rooms, party, key = decode(_request, body), visit.lane.rooms, visit.party, visit.idempotency_key

    def work(tx: Transaction) -> bytes:
        return msgspec.json.encode(_answer(open_incident(rooms, party, request, tx), tx.now_us))

    def flow(tx: Transaction) -> Answer:
        if key is None:
            return Answer(work(tx), replayed=False)
        return once(tx, Slot(party.party_id, "incidents", key), rooms.requests.link("body", body.decode()), work)

    answer = await rooms.database.run_async(flow)
    return Reply(201, answer.body, headers=REPLAYED if answer.replayed else ())


async def list_incidents(visit: Visit) -> Reply:
    """Answer the incidents that the caller may see."""
    now_us = visit.lane.clock()
    whose = None if _sees_all(visit) else visit.party.party_id
    with visit.lane.rooms.database.reader() as connection:
        found = register.incidents(connection, whose)
    return json_reply(Incidents(tuple(_answer(one, now_us) for one in found)))


async def read_incident(visit: Visit) -> Reply:
    """Answer one incident."""
    with visit.lane.rooms.database.reader() as connection:
        incident = _own(visit, connection)
    return json_reply(_answer(incident, visit.lane.clock()))


async def step_incident(visit: Visit) -> Reply:
    """Add what became known, or a report that people sent."""
    body = await visit.body()
    refuse_leaks(body, read_json(body))
    step, rooms = decode(_step, body), visit.lane.rooms
    with rooms.database.reader() as connection:
        incident_id = _own(visit, connection).incident_id
    flow = lambda tx: advance_incident(rooms, register.get(tx, incident_id), step, tx)  # noqa: E731 - one line, used once
    changed = await rooms.database.run_async(flow)
    return json_reply(_answer(changed, visit.lane.clock()))


async def scope_of_incident(visit: Visit) -> Reply:
    """Compute from the disclosures whom the incident hit, and write it into the incident."""
    asked, rooms = decode(_scope, await visit.body()), visit.lane.rooms
    scope = Scope(asked.party_id, to_micros(asked.since), to_micros(asked.until), asked.fields)
    if scope.from_us >= scope.to_us:
        detail = "The window ends before it begins."
        raise InvalidInput(detail, errors=(FieldError("/until", "out-of-range", detail),))
    with rooms.database.reader() as connection:
        incident_id = _own(visit, connection).incident_id
        found = await asyncio.to_thread(whom_it_hit, rooms, connection, scope)
    changed = await rooms.database.run_async(lambda tx: scope_incident(rooms, register.get(tx, incident_id), found, tx))
    return json_reply(_answer(changed, visit.lane.clock()))


async def draft_report(visit: Visit) -> Reply:
    """Answer the draft of one report."""
    query = visit.query(_report)
    with visit.lane.rooms.database.reader() as connection:
        incident = _own(visit, connection)
        party = parties.by_id(connection, incident.party_id)
    now_us = visit.lane.clock()
    drafted = draft(incident, party, query.regime, query.stage, now_us)
    if query.format == "pdf":
        return Reply(200, await asyncio.to_thread(print_draft, drafted, now_us), media=b"application/pdf")
    if query.format == "text":
        return Reply(200, text_of(drafted).encode(), media=b"text/plain; charset=utf-8")
    return json_reply(drafted)


async def read_incident_timeline(visit: Visit) -> Reply:
    """Answer the incident on one time axis."""
    with visit.lane.rooms.database.reader() as connection:
        incident = _own(visit, connection)
    lines = [(incident.opened_us, "opened"), *((at_us, name) for name, at_us in incident.moments.items())]
    lines += [(one.at_us, f"{one.regime}/{one.stage} sent") for one in incident.sent]
    for duty in clocks(incident, visit.lane.clock()):
        if duty.due_us is not None:
            lines.append((duty.due_us, f"{duty.regime}/{duty.stage} due"))
    return json_reply(
        IncidentTimeline(tuple(IncidentMoment(from_micros(at_us), what) for at_us, what in sorted(lines)))
    )


def _sees_all(visit: Visit) -> bool:
    return visit.party.has("operator") or visit.party.has("authority")


def _own(visit: Visit, connection: sqlite3.Connection) -> Incident:
    incident = register.incident(connection, visit.named("incident_id", "inc"))
    if not _sees_all(visit) and incident.party_id != visit.party.party_id:
        raise NotFound("There is no incident with this id.")
    return incident


def _answer(incident: Incident, now_us: int) -> IncidentAnswer:
    return IncidentAnswer(
        incident_id=incident.incident_id,
        party_id=incident.party_id,
        title=incident.title,
        kind=incident.kind,
        country=incident.country,
        regimes=incident.regimes,
        opened_at=from_micros(incident.opened_us),
        moments={name: from_micros(micros) for name, micros in incident.moments.items()},
        impact=incident.impact,
        clocks=tuple(map(_clock, clocks(incident, now_us))),
        severities=severities(incident),
        affected_people=len(incident.affected),
        log_entry=incident.entry,
    )


def _clock(duty: Duty) -> Clock:
    return Clock(
        duty.regime,
        duty.stage,
        duty.to_whom,
        duty.state,
        _moment(duty.started_us),
        _moment(duty.due_us),
        _moment(duty.sent_us),
        duty.why,
        duty.waits_for,
        duty.source,
        duty.is_confirmed,
    )


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


ROUTES = (
    Route(
        method="POST", path="/v1/incidents", action=open_an_incident, tag="oversight", roles=(),
        summary="Open an incident and start its legal clocks",
        request=IncidentRequest, answers={201: IncidentAnswer}, is_repeatable=True,
    ),
    Route(
        method="GET", path="/v1/incidents", action=list_incidents, tag="oversight", roles=(),
        summary="List incidents with their clocks", answers={200: Incidents},
    ),
    Route(
        method="GET", path="/v1/incidents/{incident_id}", action=read_incident, tag="oversight", roles=(),
        summary="Read an incident with its clocks", answers={200: IncidentAnswer},
    ),
    Route(
        method="POST", path="/v1/incidents/{incident_id}/steps", action=step_incident, tag="oversight", roles=(),
        summary="Add what became known of an incident, or a report that was sent",
        request=Step, answers={200: IncidentAnswer},
    ),
    Route(
        method="POST", path="/v1/incidents/{incident_id}/scope", action=scope_of_incident, tag="oversight",
        roles=("operator",), summary="Compute from the disclosures whom an incident hit",
        request=ScopeRequest, answers={200: IncidentAnswer},
    ),
    Route(
        method="GET", path="/v1/incidents/{incident_id}/report", action=draft_report, tag="oversight", roles=(),
        summary="Draft a report of an incident; a person sends it", query=ReportQuery, answers={200: Draft},
    ),
    Route(
        method="GET", path="/v1/incidents/{incident_id}/timeline", action=read_incident_timeline, tag="oversight",
        roles=(), summary="Read an incident on one time axis", answers={200: IncidentTimeline},
    ),
)  # fmt: skip
