"""Keys: list the versions, and replace them; the work goes on in the background."""

import asyncio
from typing import Annotated

import msgspec

from sealane.flows.privacy.rotating import rotate
from sealane.model.decoding import decode, read_json
from sealane.model.errors import Conflict
from sealane.vault.rotation.rotation import KeyReport, Rotatable
from sealane.web.replies import Reply, json_reply
from sealane.web.routes import Route
from sealane.web.visit import Visit

__all__ = ["ROUTES", "RotationRequest"]


class RotationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which kinds get a new key; `emergency` re-encrypts the data as well, for when data keys may have leaked."""

    kinds: Annotated[tuple[Rotatable, ...], msgspec.Meta(min_length=1)]
    emergency: bool = False


_decoder = msgspec.json.Decoder(RotationRequest)


async def list_keys(visit: Visit) -> Reply:
    """Answer every key's versions, without a secret."""
    return json_reply(await asyncio.to_thread(visit.lane.rooms.vault.rotation.report))


async def rotate_keys(visit: Visit) -> Reply:
    """Make new keys and begin to bring everything under them."""
    body = await visit.body()
    read_json(body)
    request = decode(_decoder, body)
    rooms = visit.lane.rooms
    await asyncio.to_thread(rotate, rooms, request.kinds, emergency=request.emergency)
    return json_reply(await asyncio.to_thread(rooms.vault.rotation.report), 202)


ROUTES = (
    Route(
        method="GET",
        path="/v1/keys",
        action=list_keys,
        summary="List the keys: versions, ages and how much is under each",
        tag="keys",
        roles=("operator",),
        answers={200: KeyReport},
    ),
    Route(
        method="POST",
        path="/v1/keys/rotation",
        action=rotate_keys,
        summary="Replace keys; everything stays readable while the data come under the new ones",
        tag="keys",
        roles=("operator",),
        request=RotationRequest,
        answers={202: KeyReport},
        refusals=(Conflict,),
    ),
)
