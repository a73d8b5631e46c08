"""Register: members report tags, read what changed, and take their own reports back."""

from typing import Annotated

import msgspec

from sealane.alliance.inputs import Kind
from sealane.alliance.wire import IndicatorPage, IndicatorReceipt, IndicatorRequest, Reason
from sealane.flows.trust.alliance import end_report, plant_canary, report
from sealane.model.decoding import decode, read_json
from sealane.model.errors import Conflict, NotFound
from sealane.web.api.alliance.custodian import MEMBERS
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "CanaryRequest", "CanaryResult", "ChangesQuery"]


class ChangesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on reading."""

    after: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,18}$")] = "0"


class CanaryRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a canary is to look like."""

    kind: Kind
    reason: Reason


class CanaryResult(msgspec.Struct, frozen=True):
    """The tag that belongs to nothing."""

    tag: str


_report = msgspec.json.Decoder(IndicatorRequest)
_canary = msgspec.json.Decoder(CanaryRequest)
_changes = msgspec.json.Decoder(ChangesQuery)


async def add_report(visit: Visit) -> Reply:
    """Report a tag."""
    body = await visit.body()
    read_json(body)
    request, rooms, party = decode(_report, body), visit.lane.rooms, visit.party
    return json_reply(await rooms.database.run_async(lambda tx: report(rooms, party, request, tx)), 201)


async def read_register(visit: Visit) -> Reply:
    """Answer the tags that changed."""
    after, rooms = int(visit.query(_changes).after), visit.lane.rooms
    register = rooms.alliance.register
    with rooms.database.reader() as connection:
        return json_reply(register.page(connection, after, visit.lane.clock()))


async def withdraw_report(visit: Visit) -> Reply:
    """End a report."""
    indicator_id, rooms, party = visit.named("indicator_id", "ind"), visit.lane.rooms, visit.party
    await rooms.database.run_async(lambda tx: end_report(rooms, party, indicator_id, tx))
    return Reply(204, b"")


async def add_canary(visit: Visit) -> Reply:
    """Plant a canary."""
    body = await visit.body()
    read_json(body)
    request, rooms = decode(_canary, body), visit.lane.rooms
    tag = await rooms.database.run_async(lambda tx: plant_canary(rooms, request.kind, request.reason, tx))
    return json_reply(CanaryResult(tag), 201)


ROUTES = (
    Route(
        method="POST",
        path="/v1/alliance/indicators",
        action=add_report,
        summary="Report a tag as bad; the register never sees what it stands for",
        tag="alliance",
        roles=MEMBERS,
        request=IndicatorRequest,
        answers={201: IndicatorReceipt},
        refusals=(NotFound, Conflict),
    ),
    Route(
        method="GET",
        path="/v1/alliance/indicators",
        action=read_register,
        summary="Read what changed in the register, to match at your own desk",
        tag="alliance",
        roles=MEMBERS,
        query=ChangesQuery,
        answers={200: IndicatorPage},
        refusals=(NotFound,),
    ),
    Route(
        method="DELETE",
        path="/v1/alliance/indicators/{indicator_id}",
        action=withdraw_report,
        summary="Withdraw an own report; the operator overturns a wrong one",
        tag="alliance",
        roles=MEMBERS,
        answers={204: None},
        refusals=(NotFound,),
    ),
    Route(
        method="POST",
        path="/v1/alliance/canaries",
        action=add_canary,
        summary="Plant a tag that belongs to nothing, to notice who tries tags out",
        tag="alliance",
        roles=("operator",),
        request=CanaryRequest,
        answers={201: CanaryResult},
        refusals=(NotFound,),
    ),
)
