"""Build the evidence pack of one party and period: its log entries with proofs, its incidents, rates, and controls."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from itertools import chain
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import msgspec

from sealane.flows.oversight.ledger import collect_ledger
from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.party import Party
from sealane.storage import orderlist
from sealane.supervision.controls import history
from sealane.supervision.evidence.pack import DIGEST_FIELD, assemble, entries_about, entry_lines, seal
from sealane.supervision.folder import LogFolder
from sealane.supervision.incidents import register
from sealane.supervision.rates.official import all_rates

__all__ = ["EVIDENCE_KIND", "build_pack"]

EVIDENCE_KIND = "evidence.built"
_IN_MEMORY_BYTES = 1 << 20
_YEAR_US = 366 * 86_400_000_000


def build_pack(rooms: Rooms, folder: Path, party: Party, from_us: int, to_us: int) -> Iterator[bytes]:
    """Return the whole file in parts, written when they are asked for; the log gets an entry that seals it.

    What is larger than a megabyte waits on the disk meanwhile.

    Raises:
        DependencyUnavailable: when the log cannot publish.
        ProofInvalid: when a published file is missing or damaged.
    """
    head = rooms.log.integrate()
    note = rooms.log.checkpoint_text()
    about = {"party": party.party_id, "name": party.name, "from": _time(from_us), "to": _time(to_us)}
    with ExitStack() as until_sealed, rooms.database.reader() as connection:
        body = until_sealed.enter_context(SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=str(folder)))
        whose = partial(orderlist.belonging, connection, _merchant(party))
        entries = entries_about(connection, whose, head.size, (_time(from_us), _time(to_us)))
        lines = chain(
            entry_lines(LogFolder(folder / "log"), head.size, entries), _findings(connection, party, from_us, to_us)
        )
        digest = assemble(body, {"about": about, "checkpoint": note.decode()}, lines)
        entry_id = rooms.database.run(
            lambda tx: rooms.log.append(tx, EVIDENCE_KIND, order_id=None, content=b"", fields={DIGEST_FIELD: digest})
        )
        opening = rooms.log.open_field(entry_id, DIGEST_FIELD)
        until_sealed.pop_all()
    return _parts(body, opening)


def _parts(body: IO[bytes], opening: bytes) -> Iterator[bytes]:
    with body:
        yield from seal(body, opening)


def _merchant(party: Party) -> str | None:
    """Return whose orders the pack is about: a merchant's own; for the operator, everybody's."""
    return None if party.has("operator") else party.party_id


def _findings(conn: sqlite3.Connection, party: Party, from_us: int, to_us: int) -> Iterator[dict[str, Any]]:
    plain: Callable[[Any], Any] = msgspec.to_builtins
    for incident in register.incidents(conn, _merchant(party)):
        if from_us <= incident.opened_us < to_us:
            yield {"incident": plain(incident)}
    ledger = collect_ledger(conn, from_us - _YEAR_US, to_us, "EUR")
    for reading in all_rates(ledger, to_us - 1):
        if party.has("operator") or reading.scope == party.party_id:
            yield {"rate": plain(reading)}
    try:
        run = history.run(conn)
    except NotFound:
        return
    for result in run.assessment.results:
        yield {"control": {**plain(result), "run": run.run_id, "log_entry": run.entry_id}}


def _time(micros: int) -> str:
    return from_micros(micros).isoformat(timespec="microseconds").replace("+00:00", "Z")
