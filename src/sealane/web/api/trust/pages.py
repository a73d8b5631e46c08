"""Payment pages: watched for changes, with their scripts authorised, with evidence (PCI DSS 6.4.3, 11.6.1)."""

import asyncio
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.flows.trust.evidence import PageEvidence, collect_evidence
from sealane.flows.trust.grading import authorise_script, forbid_script, stop_watching, watch_page
from sealane.grading import Alert, Authorisation, ScanRequest, ScriptRequest, Watch, WatchRequest, WatchTerms
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.party import Role
from sealane.web.api.trust.grades import own_party, read_body
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "AlertList", "AlertQuery", "ScriptList", "ScriptQuery", "WatchDocument"]


class WatchDocument(msgspec.Struct, frozen=True):
    """A watched page: what, how often, when it was last read, when next, and why the last try failed if it did."""

    urls: tuple[str, ...]
    every_seconds: int
    since: datetime
    looked_at: datetime | None
    next_at: datetime
    unauthorised_since: datetime | None
    fault: str


class ScriptList(msgspec.Struct, frozen=True):
    """The scripts that may run, by name."""

    items: tuple[Authorisation, ...]


class AlertList(msgspec.Struct, frozen=True):
    """Changes that were found, oldest first; ask again with `after` set to the last number."""

    items: tuple[Alert, ...]


class AlertQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on reading."""

    after: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$")] = "0"


class ScriptQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which script."""

    name: Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]


_watch = msgspec.json.Decoder(WatchRequest)
_script = msgspec.json.Decoder(ScriptRequest)
_alerts = msgspec.json.Decoder(AlertQuery)
_named = msgspec.json.Decoder(ScriptQuery)


async def put_watch(visit: Visit) -> Reply:
    """Watch a payment page; the first look makes the baseline."""
    party, asked, lane = own_party(visit), await read_body(visit, _watch), visit.lane
    terms = WatchTerms(ScanRequest(asked.urls, asked.http_port, asked.render), asked.every_seconds)
    await lane.rooms.database.run_async(lambda tx: watch_page(lane.rooms, party, terms, tx))
    lane.watcher.wake()
    return await read_watch(visit)


async def read_watch(visit: Visit) -> Reply:
    """Answer what is watched."""
    party, rooms = own_party(visit), visit.lane.rooms
    with rooms.database.reader() as conn:
        found = rooms.grading.watched(conn, party.party_id)
    if found is None:
        raise NotFound("No page of this party is watched.")
    return json_reply(_told(found))


async def end_watch(visit: Visit) -> Reply:
    """Watch no longer."""
    party, rooms = own_party(visit), visit.lane.rooms
    await rooms.database.run_async(lambda tx: stop_watching(rooms, party, tx))
    return Reply(204, b"")


async def add_script(visit: Visit) -> Reply:
    """Authorise a script with a justification."""
    party, asked, rooms = own_party(visit), await read_body(visit, _script), visit.lane.rooms
    by = visit.party.party_id
    flow = rooms.database.run_async(lambda tx: authorise_script(rooms, party, by, asked, tx))
    return json_reply(await flow, 201)


async def read_scripts(visit: Visit) -> Reply:
    """Answer the authorised scripts."""
    party, rooms = own_party(visit), visit.lane.rooms
    with rooms.database.reader() as conn:
        return json_reply(ScriptList(rooms.grading.scripts(conn, party.party_id)))


async def end_script(visit: Visit) -> Reply:
    """End a script's authorisation."""
    party, name, rooms = own_party(visit), visit.query(_named).name, visit.lane.rooms
    await rooms.database.run_async(lambda tx: forbid_script(rooms, party, name, tx))
    return Reply(204, b"")


async def read_alerts(visit: Visit) -> Reply:
    """Answer the changes that were found."""
    party, after, rooms = own_party(visit), int(visit.query(_alerts).after), visit.lane.rooms
    with rooms.database.reader() as conn:
        return json_reply(AlertList(rooms.grading.alerts(conn, party.party_id, after=after)))


async def read_evidence(visit: Visit) -> Reply:
    """Answer the evidence for an assessor."""
    party, lane = own_party(visit), visit.lane
    return json_reply(await asyncio.to_thread(collect_evidence, lane.rooms, party, lane.clock()))


def _told(watch: Watch) -> WatchDocument:
    return WatchDocument(
        urls=watch.terms.scan.urls,
        every_seconds=watch.terms.every_seconds,
        since=from_micros(watch.since_us),
        looked_at=from_micros(watch.looked_us) if watch.looked_us else None,
        next_at=from_micros(watch.next_us),
        unauthorised_since=from_micros(watch.unauthorised_us) if watch.unauthorised_us else None,
        fault=watch.fault,
    )


_OWNERS: tuple[Role, ...] = ("merchant", "psp", "platform", "operator")
ROUTES = (
    Route(
        method="PUT",
        path="/v1/grades/{party_id}/watch",
        action=put_watch,
        summary="Watch a payment page for changes",
        tag="grading",
        roles=_OWNERS,
        request=WatchRequest,
        answers={200: WatchDocument},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/watch",
        action=read_watch,
        summary="Read what is watched and when it was last read",
        tag="grading",
        roles=_OWNERS,
        answers={200: WatchDocument},
        refusals=(NotFound,),
    ),
    Route(
        method="DELETE",
        path="/v1/grades/{party_id}/watch",
        action=end_watch,
        summary="Watch a payment page no longer",
        tag="grading",
        roles=_OWNERS,
        answers={204: None},
        refusals=(NotFound,),
    ),
    Route(
        method="POST",
        path="/v1/grades/{party_id}/scripts",
        action=add_script,
        summary="Authorise a script of the payment page, with its justification",
        tag="grading",
        roles=_OWNERS,
        request=ScriptRequest,
        answers={201: Authorisation},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/scripts",
        action=read_scripts,
        summary="Read the authorised scripts",
        tag="grading",
        roles=_OWNERS,
        answers={200: ScriptList},
        refusals=(NotFound,),
    ),
    Route(
        method="DELETE",
        path="/v1/grades/{party_id}/scripts",
        action=end_script,
        summary="End a script's authorisation",
        tag="grading",
        roles=_OWNERS,
        query=ScriptQuery,
        answers={204: None},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/alerts",
        action=read_alerts,
        summary="Read the changes found on a watched page",
        tag="grading",
        roles=_OWNERS,
        query=AlertQuery,
        answers={200: AlertList},
        refusals=(NotFound,),
    ),
    Route(
        method="GET",
        path="/v1/grades/{party_id}/evidence",
        action=read_evidence,
        summary="Read the evidence of watching and authorising, for an assessor",
        tag="grading",
        roles=_OWNERS,
        answers={200: PageEvidence},
        refusals=(NotFound,),
    ),
)
