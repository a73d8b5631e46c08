"""Run the controls and keep the run, with a log entry that proves what was found."""

import sqlite3
from pathlib import Path

import msgspec

from sealane.flows.oversight.facts import collect
from sealane.flows.rooms import Rooms
from sealane.model.ids import new_id
from sealane.storage.database import Transaction
from sealane.supervision.controls import history
from sealane.supervision.controls.assessment import Assessment, assess
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.history import ControlRun
from sealane.supervision.controls.security import Attestation

__all__ = ["attest", "judge", "keep_run"]

_pack = msgspec.msgpack.Encoder().encode


def judge(
    rooms: Rooms, conn: sqlite3.Connection, folder: Path, at_us: int, brought: Facts, only: tuple[str, ...]
) -> Assessment:
    """Return the findings at a moment, from what is here and what was brought.

    Raises:
        NotFound: when a name is no control's.
    """
    return assess(collect(rooms, conn, folder, at_us).merged(brought), at_us, only=only)


def keep_run(rooms: Rooms, assessment: Assessment, tx: Transaction) -> ControlRun:
    """Keep a run and log it."""
    entry_id = rooms.log.append(tx, "controls.run", order_id=None, content=_pack(assessment))
    return history.add_run(tx, new_id("run"), assessment, entry_id)


def attest(rooms: Rooms, attestation: Attestation, tx: Transaction) -> str:
    """Keep what people signed for a control; return the id of its log entry."""
    entry_id = rooms.log.append(tx, "control.attested", order_id=None, content=_pack(attestation))
    history.add_attestation(tx, msgspec.structs.replace(attestation, entry=entry_id))
    return entry_id
