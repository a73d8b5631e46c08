"""Open an incident, follow it step by step, and compute from the disclosures whom it hit."""

import sqlite3

import msgspec
from msgspec.structs import replace

from sealane.flows.oversight.disclosures import collect_holdings
from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros, to_micros
from sealane.model.errors import FieldError, InvalidInput
from sealane.model.ids import new_id
from sealane.model.party import Party
from sealane.storage.database import Transaction
from sealane.supervision.incidents import register
from sealane.supervision.incidents.affected import Affected, Scope, affected
from sealane.supervision.incidents.clocks import suggested
from sealane.supervision.incidents.record import Aware, Incident, IncidentRequest, Moment, Regime, Sending, Step
from sealane.supervision.incidents.regimes import REGIMES

__all__ = ["advance_incident", "open_incident", "scope_incident", "whom_it_hit"]

_pack = msgspec.msgpack.Encoder().encode
_EARLIEST_US = 946_684_800_000_000


def open_incident(rooms: Rooms, party: Party, request: IncidentRequest, tx: Transaction) -> Incident:
    """Open an incident of a party; without regimes it gets those that its kind, country and roles suggest.

    Raises:
        InvalidInput: when a moment lies in the future or before 2000.
    """
    incident = Incident(
        incident_id=new_id("inc"),
        party_id=party.party_id,
        title=request.title,
        kind=request.kind,
        country=request.country,
        regimes=request.regimes or suggested(request.kind, request.country, party.roles),
        moments=_moments(request.moments, tx.now_us),
        impact=request.impact,
        opened_us=tx.now_us,
        description=request.description,
    )
    return _keep(rooms, incident, "incident.opened", tx)


def advance_incident(rooms: Rooms, incident: Incident, step: Step, tx: Transaction) -> Incident:
    """Add what became known: moments, a better view of the impact, regimes, or a report that people sent.

    Raises:
        InvalidInput: when a moment or the time of sending lies in the future, or no such report exists.
    """
    changed = replace(
        incident,
        moments={**incident.moments, **_moments(step.moments, tx.now_us)},
        impact=step.impact or incident.impact,
        regimes=(*incident.regimes, *(one for one in step.regimes if one not in incident.regimes)),
    )
    if step.sent_regime is None:
        return _keep(rooms, changed, "incident.updated", tx)
    at_us = to_micros(step.sent_at) if step.sent_at else tx.now_us
    _check_time(at_us, tx.now_us, "/sent_at")
    sending = Sending(step.sent_regime, _stage(step.sent_regime, step.sent_stage), at_us, known=changed.known())
    entry_id = rooms.log.append(tx, "incident.reported", order_id=None, content=_pack((incident.incident_id, sending)))
    return _keep(
        rooms, replace(changed, sent=(*changed.sent, replace(sending, entry=entry_id))), "incident.updated", tx
    )


def whom_it_hit(rooms: Rooms, conn: sqlite3.Connection, scope: Scope) -> Affected:
    """Return whose data the named party held inside the window."""
    return affected(collect_holdings(rooms, conn, scope.party_id, scope.to_us), scope)


def scope_incident(rooms: Rooms, incident: Incident, found: Affected, tx: Transaction) -> Incident:
    """Write into the incident whom it hit and which data."""
    impact = replace(incident.impact, people=len(found.subjects), data=tuple(found.by_field))
    return _keep(rooms, replace(incident, affected=found.subjects, impact=impact), "incident.scoped", tx)


def _keep(rooms: Rooms, incident: Incident, kind: str, tx: Transaction) -> Incident:
    entry_id = rooms.log.append(tx, kind, order_id=None, content=_pack(incident))
    kept = replace(incident, entry=entry_id)
    register.put(tx, kept)
    return kept


def _moments(given: dict[Moment, Aware], now_us: int) -> dict[Moment, int]:
    moments = {name: to_micros(moment) for name, moment in given.items()}
    for name, micros in moments.items():
        _check_time(micros, now_us, f"/moments/{name}")
    return moments


def _check_time(micros: int, now_us: int, pointer: str) -> None:
    if _EARLIEST_US <= micros <= now_us or pointer.endswith(("quarter_end", "year_end")):
        return
    detail = f"The time lies after {from_micros(now_us):%Y-%m-%d %H:%M} UTC, which is now, or before 2000."
    raise InvalidInput(detail, errors=(FieldError(pointer, "out-of-range", detail),))


def _stage(regime: Regime, stage: str) -> str:
    names = [one.name for one in REGIMES[regime].stages]
    if stage in names:
        return stage
    detail = f"The regime {regime} has the reports: {', '.join(names)}."
    raise InvalidInput(detail, errors=(FieldError("/sent_stage", "not-allowed", detail),))
