"""The start page: what this server is, for whoever opens its address; no login, and nothing that needs one."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from sealane.web.public.page import public, show

__all__ = ["Start", "routes"]


class Start(msgspec.Struct, frozen=True):
    """What the page shows: the log anyone may read, by its name and key."""

    origin: str
    entries: int
    public_key: str


def _state(request: Request) -> Start:
    log = request.app.state.lane.rooms.log
    checkpoint = log.head().checkpoint
    return Start(checkpoint.origin, checkpoint.size, log.public_key())


def _show(request: Request) -> Response:
    return show(request, "start.html", view=_state(request))


routes = [public("/", _show)]
