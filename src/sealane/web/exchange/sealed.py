"""Encrypted bodies at the door: opened before anything else is done with them, within the same limits."""

from sealane.web.body import read_body
from sealane.web.visit import Visit

__all__ = ["read_sealed"]

JOSE = b"application/jose"


async def read_sealed(visit: Visit) -> bytes:
    """Return the JSON body of a call, opened when it came encrypted to this installation's key.

    Raises:
        MalformedBody: when it does not open.
        UnsupportedMedia: when it is neither plain JSON nor JOSE.
        TooLarge: when it is over the limit.
        SlowBody: when it does not arrive in time.
    """
    if visit.headers.get(b"content-type") != JOSE or b"content-encoding" in visit.headers:
        return await visit.body()
    settings = visit.lane.settings
    limit, seconds = settings.max_body_bytes, settings.body_timeout_seconds
    sealed = await read_body(visit.receive, visit.headers, limit=limit, seconds=seconds)
    return visit.lane.rooms.interchange.opener.open(sealed)
