"""The page `/audit`: what the log is, how far it is, who cosigns it, and how anybody checks it without asking us.

Everything on it is public already: the checkpoint, the keys, and the ids of entries, which are random.
"""

import asyncio
import shlex
from base64 import b64encode
from typing import TYPE_CHECKING

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sealane.model.errors import NotFound, SealaneError
from sealane.model.ids import is_id
from sealane.supervision.entry import parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.reading import PublishedTree
from sealane.web.console import presentation
from sealane.web.limits import count_visit

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["AuditView", "WitnessView", "routes", "view_of"]

_BURST_SECONDS = 3


class WitnessView(msgspec.Struct, frozen=True):
    """One witness: its name, the size it cosigned last, and whether it cosigns now."""

    name: str
    key: str
    size: int
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


async def _show(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    address = lane.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    try:
        count_visit(request, "audit", _BURST_SECONDS)
        view = await asyncio.to_thread(view_of, lane, address)
    except SealaneError as refusal:
        return presentation.html("refusal.html", refusal.status, refusal=refusal)
    return presentation.html("audit.html", view=view)


async def _prove(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    entry_id = request.path_params["entry_id"]
    try:
        count_visit(request, "audit", _BURST_SECONDS)
        if not is_id(entry_id, "ent"):
            raise NotFound("There is no log entry with this id.")
        bundle = await asyncio.to_thread(lane.rooms.log.prove, entry_id)
    except SealaneError as refusal:
        return presentation.html("refusal.html", refusal.status, refusal=refusal)
    return Response(bundle, 200, presentation.GUARDS, "application/json")


def view_of(lane: "Sealane", address: str) -> AuditView:
    """Return what the page shows to somebody who reached it under this address.

    Raises:
        ProofInvalid: when a published file is missing or damaged.
    """
    log = lane.rooms.log
    head, gathering = log.head(), log.witnesses()
    witnesses = tuple(
        WitnessView(witness.key.name, str(witness.key), state.size, state.size > 0 and not state.trouble)
        for witness, state in zip(gathering.policy.witnesses, gathering.states, strict=True)
    )
    return AuditView(
        origin=head.checkpoint.origin,
        size=head.checkpoint.size,
        root=b64encode(head.checkpoint.root).decode(),
        lines=tuple(head.note.decode().splitlines()),
        quorum=gathering.policy.quorum,
        witnesses=witnesses,
        commands=_commands(lane, address, witnesses, gathering.policy.quorum),
        watch=f"sealane log watch {shlex.quote(address)} --key log.vkey",
    )


def _commands(lane: "Sealane", address: str, witnesses: tuple[WitnessView, ...], quorum: int) -> tuple[str, ...]:
    """Return the commands that keep the key, fetch the newest entry's proof, and check it; no entry, no commands."""
    log = lane.rooms.log
    size = log.head().checkpoint.size
    if not size:
        return ()
    entry = parse_entry(PublishedTree(LogFolder(lane.folder / "log"), size).leaf(size - 1))
    trusted = "".join(f" --witness {shlex.quote(witness.key)}" for witness in witnesses)
    needed = f" --quorum {quorum}" if witnesses else ""
    return (
        f"echo {shlex.quote(log.public_key())} > log.vkey",
        f"curl -fsS -o entry.json {shlex.quote(f'{address}/audit/entries/{entry.entry_id}')}",
        f"sealane log verify entry.json --key log.vkey{trusted}{needed}",
    )


routes = [
    Route("/audit", _show, methods=["GET"]),
    Route("/audit/entries/{entry_id}", _prove, methods=["GET"]),
]
