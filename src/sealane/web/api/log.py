"""The log as anyone can read it: checkpoint, tiles and entry bundles (C2SP tlog-tiles), and proofs of entries."""

import asyncio

import msgspec

from sealane.model.errors import NotFound
from sealane.supervision.folder import LogFolder
from sealane.web.replies import Reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "ProofBundle"]

TEXT = b"text/plain; charset=utf-8"
BYTES = b"application/octet-stream"
_FOREVER = b"public, max-age=31536000, immutable"
_SOON_OVER = b"public, max-age=1"


class ProofBundle(msgspec.Struct, frozen=True):
    """A leaf and its C2SP tlog-proof as texts; `sealane log verify` checks them alone."""

    format: str
    leaf: str
    proof: str


async def read_checkpoint(visit: Visit) -> Reply:
    """Answer the signed tree head."""
    return Reply(200, _published(visit, "checkpoint"), TEXT, cache=_SOON_OVER)


async def read_cosigned(visit: Visit) -> Reply:
    """Answer the newest tree head that enough witnesses cosigned."""
    return Reply(200, _published(visit, "checkpoint.cosigned"), TEXT, cache=_SOON_OVER)


async def read_tile(visit: Visit) -> Reply:
    """Answer a tile of hashes or a bundle of entries; neither ever changes under its path."""
    return Reply(200, _published(visit, f"tile/{visit.scope['path_params']['path']}"), BYTES, cache=_FOREVER)


async def prove_entry(visit: Visit) -> Reply:
    """Answer the bundle that proves one entry with no server and no configuration."""
    entry_id = visit.named("entry_id", "ent")
    return Reply(200, await asyncio.to_thread(visit.lane.rooms.log.prove, entry_id))


def _published(visit: Visit, path: str) -> bytes:
    return LogFolder(visit.lane.folder / "log").public(path)


ROUTES = (
    Route(
        method="GET",
        path="/log/checkpoint",
        action=read_checkpoint,
        summary="Read the signed head of the log",
        tag="log",
        roles=PUBLIC,
        answers={200: None},
        gives=TEXT,
    ),
    Route(
        method="GET",
        path="/log/checkpoint.cosigned",
        action=read_cosigned,
        summary="Read the newest head of the log that enough witnesses cosigned",
        tag="log",
        roles=PUBLIC,
        answers={200: None},
        gives=TEXT,
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/log/tile/{path:path}",
        action=read_tile,
        summary="Read a tile or an entry bundle of the log",
        tag="log",
        roles=PUBLIC,
        answers={200: None},
        gives=BYTES,
    ),
    Route(
        method="GET",
        path="/v1/log/entries/{entry_id}/proof",
        action=prove_entry,
        summary="Get the proof that an entry is in the log",
        tag="log",
        roles=(),
        answers={200: ProofBundle},
    ),
)
