"""Health: is the process up, is everything it needs usable, and what it did so far."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Literal

import msgspec

from sealane.app import Sealane
from sealane.model.errors import DependencyUnavailable, FieldError, SealaneError
from sealane.storage.database import DATABASE_FILE
from sealane.web.metrics import CONTENT_TYPE
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import PUBLIC, Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "Health", "Readiness", "gauges_of"]

PATIENCE_SECONDS = 2.0


class Health(msgspec.Struct, frozen=True):
    """The process is up."""

    status: Literal["ok"] = "ok"


class Readiness(msgspec.Struct, frozen=True):
    """Every part that a call needs is usable; when one is not, a problem names it instead.

    Decisions are made without the alliance while it cannot be asked, so that alone makes nothing unready.
    """

    database: Literal["ok"] = "ok"
    log: Literal["ok"] = "ok"
    keys: Literal["ok"] = "ok"
    features: Literal["ok"] = "ok"
    alliance: Literal["none", "ok", "unreachable"] = "none"


async def read_health(_visit: Visit) -> Reply:
    """Answer that the process is up."""
    return json_reply(Health())


async def read_readiness(visit: Visit) -> Reply:
    """Answer that calls can be served, or say which part cannot.

    Raises:
        DependencyUnavailable: naming each part that is not usable.
    """
    findings = [await _examine(name, check, visit.lane) for name, check in _CHECKS.items()]
    faults = tuple(fault for fault in findings if fault is not None)
    if faults:
        names = ", ".join(fault.pointer.removeprefix("/") for fault in faults)
        raise DependencyUnavailable(f"Not usable: {names}.", errors=faults, retry_after_seconds=1)
    asker = visit.lane.asker
    return json_reply(Readiness(alliance="unreachable" if asker.fault else "ok" if asker.is_asking else "none"))


async def read_metrics(visit: Visit) -> Reply:
    """Answer the metrics as Prometheus reads them."""
    return Reply(200, visit.metrics.exposition(), CONTENT_TYPE)


async def _examine(name: str, check: Callable[[Sealane], Awaitable[None]], lane: Sealane) -> FieldError | None:
    try:
        await asyncio.wait_for(check(lane), PATIENCE_SECONDS)
    except SealaneError as refusal:
        return FieldError(f"/{name}", refusal.code, refusal.detail)
    except TimeoutError:
        return FieldError(f"/{name}", "timeout", f"It did not answer within {PATIENCE_SECONDS:g} seconds.")
    return None


async def _check_database(lane: Sealane) -> None:
    """Ask both sides: the writer, behind everything that is queued, and a reader."""
    await lane.rooms.database.run_async(lambda tx: tx.now_us)
    with lane.rooms.database.reader():
        pass


async def _check_log(lane: Sealane) -> None:
    lane.rooms.log.check()


async def _check_keys(lane: Sealane) -> None:
    await asyncio.to_thread(lane.rooms.ring.check)


async def _check_features(lane: Sealane) -> None:
    lane.rooms.risk.check()


_CHECKS = {"database": _check_database, "log": _check_log, "keys": _check_keys, "features": _check_features}


def gauges_of(lane: Sealane) -> Iterator[tuple[str, str, float]]:
    """Yield what is measured at the moment of asking."""
    path = lane.folder / DATABASE_FILE
    for file, name, told in (
        (path, "sealane_storage_database_bytes", "Size of the database."),
        (path.with_name(f"{DATABASE_FILE}-wal"), "sealane_storage_wal_bytes", "Size of its write-ahead log."),
    ):
        if file.exists():
            yield name, told, file.stat().st_size
    waiting, commit_seconds = lane.rooms.database.pressure()
    yield "sealane_storage_waiting_flows", "Flows that wait for the database.", waiting
    yield "sealane_storage_commit_seconds", "Time that the newest commit took or has taken so far.", commit_seconds
    head = lane.rooms.log.head()
    lead = lane.rooms.lead
    yield "sealane_storage_servers", "Servers of this installation seen lately.", lead.servers
    yield "sealane_storage_leads", "1 on the server that leads: it delivers and signs the log.", int(lead.is_held)
    yield "sealane_supervision_published_entries", "Entries that the checkpoint covers.", head.checkpoint.size


ROUTES = (
    Route(
        method="GET",
        path="/healthz",
        action=read_health,
        summary="Tell whether the process is up",
        tag="server",
        roles=PUBLIC,
        answers={200: Health},
    ),
    Route(
        method="GET",
        path="/readyz",
        action=read_readiness,
        summary="Tell whether calls can be served, and which part is missing",
        tag="server",
        roles=PUBLIC,
        answers={200: Readiness},
    ),
    Route(
        method="GET",
        path="/metrics",
        action=read_metrics,
        summary="Read the metrics (Prometheus text format)",
        tag="server",
        roles=PUBLIC,
        answers={200: None},
        gives=CONTENT_TYPE,
    ),
)
