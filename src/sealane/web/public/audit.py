"""The page `/audit`: what the log is, how far it is, who cosigns it, and how anybody checks it without asking us.

Everything on it is public already: the checkpoint, the keys, and the ids of entries, which are random.
"""

import shlex
from base64 import b64encode
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sealane.model.errors import InvalidInput, NotFound
from sealane.supervision.entry import Entry, parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import PublishedTree
from sealane.supervision.witness.cosignature import read_cosignatures
from sealane.web.console import presentation
from sealane.web.console.gate import address_of
from sealane.web.console.oversight import controls
from sealane.web.limits import count_visit
from sealane.web.public.entries import Found, bundle_of, find, path_of
from sealane.web.public.page import public, show

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["ASKERS", "AuditView", "WitnessView", "routes", "view_of"]

_BURST_SECONDS = 3
ASKERS = {
    "data": "the data of this installation",
    "config": "its settings",
    "event": "what happened and was recorded",
    "manual": "a person who attests it",
}
"""Who answers a control of each kind."""


class WitnessView(msgspec.Struct, frozen=True):
    """One witness: its name, the size it cosigned last, how old its line under the checkpoint is, if it is well."""

    name: str
    key: str
    size: int
    seconds_old: float | None
    is_well: bool


class AuditView(msgspec.Struct, frozen=True):
    """Everything the page shows; `commands` are to be copied as they are."""

    origin: str
    size: int
    root: str
    lines: tuple[str, ...]
    quorum: int
    witnesses: tuple[WitnessView, ...]
    commands: tuple[str, ...]
    watch: str
    newest: str | None
    seconds_old: float | None
    run: controls.RunLine | None
    controls: tuple[controls.ControlRow, ...]


def _show(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    count_visit(request, "audit", _BURST_SECONDS)
    found, missing = Found.of(request.query_params), None
    try:
        found = find(lane, found)
    except (InvalidInput, NotFound) as refusal:
        missing = refusal
    return show(
        request,
        "audit.html",
        missing.status if missing else 200,
        view=view_of(lane, address_of(request)),
        found=found,
        missing=missing,
        verdicts=controls.VERDICTS,
        askers=ASKERS,
    )


def _path(request: Request) -> Response:
    """Show how one entry is proven, step by step."""
    count_visit(request, "audit", _BURST_SECONDS)
    return show(request, "audit_path.html", view=path_of(request.app.state.lane, request.path_params["entry_id"]))


def _controls(request: Request) -> Response:
    """Answer the latest run of the controls as a file."""
    lane: Sealane = request.app.state.lane
    count_visit(request, "audit", _BURST_SECONDS)
    with lane.rooms.database.reader() as conn:
        name, content = controls.file_of(conn, request.path_params["name"])
    headers = {**presentation.GUARDS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="application/octet-stream")


def _prove(request: Request) -> Response:
    count_visit(request, "audit", _BURST_SECONDS)
    bundle = bundle_of(request.app.state.lane, request.path_params["entry_id"])
    return Response(bundle, 200, presentation.GUARDS, "application/json")


def view_of(lane: "Sealane", address: str) -> AuditView:
    """Return what the page shows to somebody who reached it under this address.

    Raises:
        ProofInvalid: when a published file is missing or damaged.
    """
    log = lane.rooms.log
    head, gathering = log.head(), log.witnesses()
    newest = _newest(lane, head.checkpoint.size)
    with lane.rooms.database.reader() as conn:
        run, rows = controls.latest(conn)
    now_us = lane.clock()
    cosigned = LogFolder(lane.folder / "log").cosigned() or head.note
    signed = {each.key: each.time_seconds for each in read_cosignatures(cosigned, gathering.policy.keys)}
    witnesses = tuple(
        WitnessView(
            key.name,
            str(key),
            state.size,
            max(0.0, now_us / 1_000_000 - signed[key]) if key in signed else None,
            state.size > 0 and not state.trouble,
        )
        for key, state in zip(gathering.policy.keys, gathering.states, strict=True)
    )
    return AuditView(
        origin=head.checkpoint.origin,
        size=head.checkpoint.size,
        root=b64encode(head.checkpoint.root).decode(),
        lines=tuple(head.note.decode().splitlines()),
        quorum=gathering.policy.quorum,
        witnesses=witnesses,
        commands=_commands(lane, address, newest, witnesses, gathering.policy.quorum),
        watch=f"sealane log watch {shlex.quote(address)} --key log.vkey",
        newest=newest.time if newest else None,
        seconds_old=(now_us - head.published_us) / 1_000_000 if head.published_us else None,
        run=run,
        controls=rows,
    )


def _newest(lane: "Sealane", size: int) -> Entry | None:
    return parse_entry(PublishedTree(LogFolder(lane.folder / "log"), size).leaf(size - 1)) if size else None


def _commands(
    lane: "Sealane", address: str, entry: Entry | None, witnesses: tuple[WitnessView, ...], quorum: int
) -> tuple[str, ...]:
    """Return the commands that keep the key, fetch the newest entry's proof, and check it; no entry, no commands."""
    log = lane.rooms.log
    if entry is None:
        return ()
    trusted = "".join(f" --witness {shlex.quote(witness.key)}" for witness in witnesses)
    needed = f" --quorum {quorum}" if witnesses else ""
    return (
        f"echo {shlex.quote(log.public_key())} > log.vkey",
        f"curl -fsS -o entry.json {shlex.quote(f'{address}/audit/entries/{entry.entry_id}')}",
        f"sealane log verify entry.json --key log.vkey{trusted}{needed}",
    )


routes = [
    public("/audit", _show),
    public("/audit/entries/{entry_id}", _prove),
    public("/audit/entries/{entry_id}/path", _path),
    public("/audit/controls/{name}", _controls),
]
