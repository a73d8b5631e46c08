"""The history of the controls: runs with their findings, and what people attested; all SQL of the controls."""

import sqlite3

import msgspec

from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.storage.database import Transaction
from sealane.supervision.controls.assessment import Assessment
from sealane.supervision.controls.security import Attestation

__all__ = ["ControlRun", "add_attestation", "add_run", "attestations", "run", "runs"]

_encode = msgspec.msgpack.Encoder().encode
_read_run = msgspec.msgpack.Decoder(Assessment).decode
_read_attestation = msgspec.msgpack.Decoder(Attestation).decode
_COLUMNS = "SELECT run_id, ran_us, at_us, entry_id, body FROM control_run"


class ControlRun(msgspec.Struct, frozen=True):
    """A run as stored, with the log entry that proves it."""

    run_id: str
    ran_us: int
    assessment: Assessment
    entry_id: str


def add_run(tx: Transaction, run_id: str, assessment: Assessment, entry_id: str) -> ControlRun:
    """Keep a run."""
    row = (run_id, tx.now_us, assessment.at_us, entry_id, _encode(assessment))
    tx.insert("INSERT INTO control_run (run_id, ran_us, at_us, entry_id, body) VALUES (?, ?, ?, ?, ?)", row)
    return ControlRun(run_id, tx.now_us, assessment, entry_id)


def run(conn: sqlite3.Connection, run_id: str | None = None) -> ControlRun:
    """Return one run, or the latest.

    Raises:
        NotFound: when there is none.
    """
    if run_id is None:
        row = conn.execute(f"{_COLUMNS} ORDER BY ran_us DESC LIMIT 1").fetchone()
    else:
        row = conn.execute(f"{_COLUMNS} WHERE run_id = ?", (run_id,)).fetchone()
    if row is None:
        raise NotFound("No controls were run yet.", remedy="Run them: sealane control run")
    return _run_of(row)


def runs(conn: sqlite3.Connection, limit: int) -> tuple[ControlRun, ...]:
    """Return the latest runs, newest first."""
    return tuple(_run_of(row) for row in conn.execute(f"{_COLUMNS} ORDER BY ran_us DESC LIMIT ?", (limit,)))


def add_attestation(tx: Transaction, attestation: Attestation) -> str:
    """Keep what people signed; return its id."""
    attestation_id = new_id("att")
    kept = msgspec.structs.replace(attestation, id=attestation_id)
    row = (attestation_id, tx.now_us, _encode(kept))
    tx.insert("INSERT INTO control_attestation (attestation_id, made_us, body) VALUES (?, ?, ?)", row)
    return attestation_id


def attestations(conn: sqlite3.Connection) -> tuple[Attestation, ...]:
    """Return everything that people signed, oldest first."""
    rows = conn.execute("SELECT body FROM control_attestation ORDER BY made_us")
    return tuple(_read_attestation(body) for (body,) in rows)


def _run_of(row: tuple[str, int, int, str, bytes]) -> ControlRun:
    run_id, ran_us, _, entry_id, body = row
    return ControlRun(run_id, ran_us, _read_run(body), entry_id)
