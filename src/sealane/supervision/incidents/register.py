"""The register of incidents; all SQL of them."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.storage.database import Transaction
from sealane.supervision.incidents.record import Incident

__all__ = ["get", "incident", "incidents", "put"]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Incident).decode
_PUT = """INSERT INTO incident (incident_id, party_id, opened_us, body) VALUES (?, ?, ?, ?)
    ON CONFLICT (incident_id) DO UPDATE SET body = excluded.body"""
_ONE = "SELECT body FROM incident WHERE incident_id = ?"


def put(tx: Transaction, incident: Incident) -> None:
    """Keep an incident, new or changed."""
    tx.insert(_PUT, (incident.incident_id, incident.party_id, incident.opened_us, _encode(incident)))


def get(tx: Transaction, incident_id: str) -> Incident:
    """Return an incident, also one of the same batch.

    Raises:
        NotFound: when there is none.
    """
    return _of(tx.one(_ONE, (incident_id,)))


def incident(conn: sqlite3.Connection, incident_id: str) -> Incident:
    """Return an incident.

    Raises:
        NotFound: when there is none.
    """
    return _of(conn.execute(_ONE, (incident_id,)).fetchone())


def incidents(conn: sqlite3.Connection, party_id: str | None = None) -> tuple[Incident, ...]:
    """Return all incidents, or a party's, newest first."""
    sql = "SELECT body FROM incident WHERE coalesce(?, party_id) = party_id ORDER BY opened_us DESC, incident_id DESC"
    return tuple(_decode(body) for (body,) in conn.execute(sql, (party_id,)))


def _of(row: tuple[bytes, ...] | None) -> Incident:
    if row is None:
        raise NotFound("There is no incident with this id.", remedy="See all of them: sealane incident list")
    return _decode(row[0])
