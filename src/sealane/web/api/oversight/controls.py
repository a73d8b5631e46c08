"""Controls: run them, read runs and their trend, export a run in the formats of others, attest by hand."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from sealane.flows.oversight.controls import attest, judge, keep_run
from sealane.model.clock import from_micros, to_micros
from sealane.model.decoding import decode
from sealane.model.errors import DependencyUnavailable, FieldError, InvalidInput, Misconfigured, NotFound
from sealane.model.party import Role
from sealane.supervision.controls import history
from sealane.supervision.controls.assessment import Assessment
from sealane.supervision.controls.catalogue import Control, catalogue, control
from sealane.supervision.controls.exports.frameworks import ciso_assistant, probo
from sealane.supervision.controls.exports.oscal import assessment_results, full_catalog
from sealane.supervision.controls.exports.sheets import csv_sheet, xlsx_sheet
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.history import ControlRun
from sealane.supervision.controls.judging import Finding
from sealane.supervision.controls.security import Attestation
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
_SUPERVISORS: tuple[Role, ...] = ("operator", "authority")
TREND = 100


class RunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to run: as of a moment, all controls or those named, with facts that the caller brings."""

    at: Aware | None = None
    only: tuple[str, ...] = ()
    facts: Facts = Facts()
    is_kept: bool = True


class ControlAnswer(msgspec.Struct, frozen=True):
    """A control with what its check found."""

    control: Control
    finding: Finding


class RunAnswer(msgspec.Struct, frozen=True):
    """A run; `run_id` and `log_entry` are null when it was not kept."""

    run_id: str | None
    at: datetime
    counts: dict[str, int]
    results: tuple[ControlAnswer, ...]
    log_entry: str | None


class TrendLine(msgspec.Struct, frozen=True):
    """One run in a line."""

    run_id: str
    ran_at: datetime
    at: datetime
    counts: dict[str, int]
    log_entry: str


class Trend(msgspec.Struct, frozen=True):
    """The latest runs, newest first."""

    items: tuple[TrendLine, ...]


class Controls(msgspec.Struct, frozen=True):
    """All controls of this release."""

    items: tuple[Control, ...]


class AttestationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A document that people signed for a control: its SHA-256, and until when it holds."""

    control: str
    digest: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    expires_at: Aware


class AttestationAnswer(msgspec.Struct, frozen=True):
    """The log entry that proves the attestation."""

    log_entry: str


class ExportQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which format, and of which run (the latest)."""

    format: Literal["oscal-catalog", "oscal-results", "ciso-assistant", "probo", "csv", "xlsx"] = "oscal-results"
    run: str = ""


_run_request = msgspec.json.Decoder(RunRequest)
_attestation_request = msgspec.json.Decoder(AttestationRequest)
_export_query = msgspec.json.Decoder(ExportQuery)


async def run_controls(visit: Visit) -> Reply:
    """Judge every control and keep the run."""
    request = decode(_run_request, await visit.body())
    now_us = visit.lane.clock()
    at_us = to_micros(request.at) if request.at else now_us
    if at_us > now_us:
        detail = "A run judges now or the past."
        raise InvalidInput(detail, errors=(FieldError("/at", "out-of-range", detail),))
    assessment = await asyncio.to_thread(_judge, visit, at_us, request)
    if not request.is_kept:
        return json_reply(_answer(None, assessment, None))
    rooms = visit.lane.rooms
    kept = await rooms.database.run_async(lambda tx: keep_run(rooms, assessment, tx))
    return json_reply(_answer(kept.run_id, assessment, kept.entry_id))


def _judge(visit: Visit, at_us: int, request: RunRequest) -> Assessment:
    with visit.lane.rooms.database.reader() as connection:
        return judge(visit.lane.rooms, connection, visit.lane.folder, at_us, request.facts, request.only)


async def list_controls(_visit: Visit) -> Reply:
    """Answer the controls."""
    return json_reply(Controls(catalogue()))


async def list_runs(visit: Visit) -> Reply:
    """Answer the trend of the runs."""
    with visit.lane.rooms.database.reader() as connection:
        found = history.runs(connection, TREND)
    return json_reply(Trend(tuple(map(_line, found))))


async def read_run(visit: Visit) -> Reply:
    """Answer one run."""
    with visit.lane.rooms.database.reader() as connection:
        kept = history.run(connection, visit.named("run_id", "run"))
    return json_reply(_answer(kept.run_id, kept.assessment, kept.entry_id))


async def export_controls(visit: Visit) -> Reply:
    """Answer a run, or the controls, in a format of others."""
    query = visit.query(_export_query)
    with visit.lane.rooms.database.reader() as connection:
        if query.format in _OF_CONTROLS:
            media, write = _OF_CONTROLS[query.format]
            return Reply(200, write(visit.lane.clock()), media=media)
        kept = history.run(connection, query.run or None)
    media, export = _OF_RUNS[query.format]
    try:
        return Reply(200, await asyncio.to_thread(export, kept), media=media)
    except Misconfigured as error:
        raise DependencyUnavailable(error.detail, remedy=error.advice) from error


async def attest_control(visit: Visit) -> Reply:
    """Keep what people signed for a control that software cannot answer."""
    request = decode(_attestation_request, await visit.body())
    control(request.control)
    rooms, now_us = visit.lane.rooms, visit.lane.clock()
    row = Attestation(
        id="", control=request.control, made_us=now_us, expires_us=to_micros(request.expires_at), digest=request.digest
    )
    entry_id = await rooms.database.run_async(lambda tx: attest(rooms, row, tx))
    return json_reply(AttestationAnswer(entry_id), 201)


def _answer(run_id: str | None, run: Assessment, entry_id: str | None) -> RunAnswer:
    results = tuple(ControlAnswer(control(one.control_id), one.finding) for one in run.results)
    return RunAnswer(run_id, from_micros(run.at_us), run.counts(), results, entry_id)


def _line(kept: ControlRun) -> TrendLine:
    run = kept.assessment
    return TrendLine(kept.run_id, from_micros(kept.ran_us), from_micros(run.at_us), run.counts(), kept.entry_id)


def _json(document: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=2)


_JSON, _YAML, _CSV = b"application/json", b"application/yaml", b"text/csv; charset=utf-8"
_XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_OF_CONTROLS: dict[str, tuple[bytes, Callable[[int], bytes]]] = {
    "oscal-catalog": (_JSON, lambda now_us: _json(full_catalog(now_us))),
    "ciso-assistant": (_YAML, lambda _: ciso_assistant(catalogue()).encode()),
    "probo": (_JSON, lambda _: probo(catalogue()).encode()),
}
_OF_RUNS: dict[str, tuple[bytes, Callable[[ControlRun], bytes]]] = {
    "oscal-results": (
        _JSON,
        lambda kept: _json(assessment_results(kept.assessment, kept.run_id, kept.entry_id, kept.ran_us)),
    ),
    "csv": (_CSV, lambda kept: csv_sheet(kept.assessment)),
    "xlsx": (_XLSX, lambda kept: xlsx_sheet(kept.assessment)),
}

ROUTES = (
    Route(
        method="POST", path="/v1/controls/runs", action=run_controls, tag="oversight", roles=_SUPERVISORS,
        summary="Run the controls, now or as of a past moment", request=RunRequest, answers={200: RunAnswer},
        refusals=(NotFound,),
    ),
    Route(
        method="GET", path="/v1/controls", action=list_controls, tag="oversight", roles=(),
        summary="List the controls", answers={200: Controls},
    ),
    Route(
        method="GET", path="/v1/controls/runs", action=list_runs, tag="oversight", roles=_SUPERVISORS,
        summary="List the latest runs of the controls", answers={200: Trend},
    ),
    Route(
        method="GET", path="/v1/controls/runs/{run_id}", action=read_run, tag="oversight", roles=_SUPERVISORS,
        summary="Read a run of the controls", answers={200: RunAnswer},
    ),
    Route(
        method="GET", path="/v1/controls/export", action=export_controls, tag="oversight", roles=_SUPERVISORS,
        summary="Export the controls or a run: OSCAL, CISO Assistant, Probo, CSV, XLSX",
        query=ExportQuery, answers={200: None}, may_give=(_YAML, _CSV, _XLSX), refusals=(NotFound,),
    ),
    Route(
        method="POST", path="/v1/controls/attestations", action=attest_control, tag="oversight", roles=("operator",),
        summary="Attest a control that software cannot answer",
        request=AttestationRequest, answers={201: AttestationAnswer}, refusals=(NotFound,),
    ),
)  # fmt: skip
