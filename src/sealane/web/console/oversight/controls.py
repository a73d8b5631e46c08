"""The controls page: how many duties hold, which do not and why, and the trend; run them again with one button."""

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import datetime

import msgspec
from starlette.responses import Response

from sealane.flows.oversight.controls import judge, keep_run
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.supervision.controls import history
from sealane.supervision.controls.assessment import Assessment, Result
from sealane.supervision.controls.catalogue import catalogue, control
from sealane.supervision.controls.exports.oscal import assessment_results
from sealane.supervision.controls.exports.sheets import csv_sheet
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.history import ControlRun
from sealane.supervision.controls.judging import Verdict
from sealane.web.console.forms import Sent, action, showing
from sealane.web.console.gate import Look, download, page

__all__ = ["VERDICTS", "ControlRow", "ControlsView", "RunLine", "file_of", "latest", "read", "routes"]

PATH = "/console/controls"
TREND = 12
VERDICTS: dict[Verdict, str] = {
    "fail": "Fails",
    "not_measurable": "Not measurable",
    "pass": "Holds",
    "not_applicable": "Does not apply",
}
_TONES: dict[Verdict, str] = {"fail": "bad", "not_measurable": "caution", "pass": "good", "not_applicable": "none"}


class ControlRow(msgspec.Struct, frozen=True):
    """One control with what its check found; `kind` tells who answers it, `entries` are log entries that prove it."""

    control_id: str
    duty: str
    law: str
    kind: str
    verdict: Verdict
    detail: str
    examined: int
    faults: int
    entries: tuple[str, ...]

    @property
    def tone(self) -> str:
        """Which shape and colour its verdict has."""
        return _TONES[self.verdict]


class RunLine(msgspec.Struct, frozen=True):
    """One run in a line."""

    run_id: str
    ran_at: datetime
    counts: dict[str, int]


class ControlsView(msgspec.Struct, frozen=True):
    """The page; without a run there is nothing but the number of controls."""

    controls: int
    run: RunLine | None
    log_entry: str | None
    verdict: Verdict | None
    items: tuple[ControlRow, ...]
    runs: tuple[RunLine, ...]

    @property
    def verdicts(self) -> dict[Verdict, str]:
        """The verdicts in words, those that ask for work first."""
        return VERDICTS


def read(look: Look) -> ControlsView:
    """Return what the latest run found, all of it or with one verdict.

    Raises:
        InvalidInput: when the verdict is none of ours.
    """
    verdict = next((each for each in VERDICTS if each == look.query.get("verdict")), None)
    if look.query.get("verdict") and verdict is None:
        detail = f"Use one of {', '.join(VERDICTS)}."
        raise InvalidInput("There is no such verdict.", errors=(FieldError("/verdict", "not-allowed", detail),))
    runs = history.runs(look.conn, TREND)
    if not runs:
        return ControlsView(len(catalogue()), None, None, verdict, (), ())
    latest, order = runs[0], list(VERDICTS)
    rows = [_row(one) for one in latest.assessment.results if verdict in {None, one.finding.verdict}]
    rows.sort(key=lambda row: order.index(row.verdict))
    lines = tuple(map(_line, runs))
    return ControlsView(len(catalogue()), lines[0], latest.entry_id, verdict, tuple(rows), lines)


async def _run(sent: Sent) -> Response:
    """Judge every control now and keep the run."""
    rooms = sent.lane.rooms

    def assessed() -> Assessment:
        with rooms.database.reader() as conn:
            return judge(rooms, conn, sent.lane.folder, sent.lane.clock(), Facts(), ())

    assessment = await asyncio.to_thread(assessed)
    await sent.run(lambda tx: keep_run(rooms, assessment, tx))
    return sent.go(PATH)


def _row(one: Result) -> ControlRow:
    asked, found = control(one.control_id), one.finding
    law = f"{asked.source} {asked.article}".strip()
    return ControlRow(
        one.control_id,
        asked.duty,
        law,
        asked.kind,
        found.verdict,
        found.detail,
        found.examined,
        found.fault_count,
        found.entries[:3],
    )


def _line(kept: ControlRun) -> RunLine:
    return RunLine(kept.run_id, from_micros(kept.ran_us), kept.assessment.counts())


def _csv(kept: ControlRun) -> bytes:
    return csv_sheet(kept.assessment)


def _oscal(kept: ControlRun) -> bytes:
    document = assessment_results(kept.assessment, kept.run_id, kept.entry_id, kept.ran_us)
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


def _json(kept: ControlRun) -> bytes:
    rows = tuple(map(_row, kept.assessment.results))
    return msgspec.json.format(msgspec.json.encode({"run": _line(kept), "controls": rows}), indent=2)


_FILES: dict[str, Callable[[ControlRun], bytes]] = {
    "controls.json": _json,
    "controls.csv": _csv,
    "controls.oscal.json": _oscal,
}


def file_of(conn: sqlite3.Connection, name: str) -> tuple[str, bytes]:
    """Return a file of the latest run, with its name.

    Raises:
        NotFound: when there is no such file, or no run.
    """
    write = _FILES.get(name)
    if write is None:
        raise NotFound("There is no such file.")
    return name, write(history.run(conn))


def latest(conn: sqlite3.Connection) -> tuple[RunLine | None, tuple[ControlRow, ...]]:
    """Return the latest run with its controls, those that ask for work first; nothing before the first run."""
    runs = history.runs(conn, 1)
    if not runs:
        return None, ()
    order = list(VERDICTS)
    rows = sorted(map(_row, runs[0].assessment.results), key=lambda row: order.index(row.verdict))
    return _line(runs[0]), tuple(rows)


def _file(look: Look) -> tuple[str, bytes]:
    return file_of(look.conn, look.path["name"])


routes = [
    *page(PATH, "oversight/controls.html", read),
    action(f"{PATH}/runs", _run, showing("oversight/controls.html", read, PATH)),
    download(f"{PATH}/files/{{name}}", _file),
]
