"""The page `/notices/{id}`: is this notice genuine, what exactly was signed, and what to do now.

The address in a text message ends in the notice's id. The code to scan holds the same address with the notice itself
behind a `#`, which phones never send: so it can also be checked by who has the key and no network.
"""

import asyncio
import io
import re
from typing import TYPE_CHECKING

import segno
from starlette.requests import Request
from starlette.responses import Response

from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.shield import Answer, Notice, Shield, find_notice, notice_id, read_notice
from sealane.web.api.shield import examine
from sealane.web.console import presentation
from sealane.web.console.gate import address_of
from sealane.web.public.check import HEADINGS, admit
from sealane.web.public.page import public, show

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["routes"]

_NAME = re.compile(r"[A-Za-z0-9_-]{22}")
_SCALE = 4


async def _show(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    admit(request)
    token = await asyncio.to_thread(_token, lane, request.path_params["name"])
    return _page(request, token, await asyncio.to_thread(examine, lane, token))


async def _code(request: Request) -> Response:
    """Draw the notice's address, with the notice behind it, as a QR code (ISO/IEC 18004)."""
    lane: Sealane = request.app.state.lane
    admit(request)
    token = await asyncio.to_thread(_token, lane, request.path_params["name"])
    drawn = io.BytesIO()
    code = segno.make(f"{address_of(request)}/notices/{notice_id(token)}#{token}", error="l", micro=False)
    code.save(drawn, kind="svg", scale=_SCALE, light="#ffffff", xmldecl=False)
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers=presentation.GUARDS)


def _token(lane: "Sealane", name: str) -> str:
    """Return the notice that an address names: by its id, or by standing there itself.

    Raises:
        NotFound: when it is neither.
    """
    if _NAME.fullmatch(name):
        with lane.rooms.database.reader() as connection:
            return Shield.token_of(connection, name)
    if find_notice(name) != name:
        raise NotFound("There is no such notice.", remedy="Ask the shop on its own site; don't use the message.")
    return name


def _page(request: Request, token: str, answer: Answer) -> Response:
    tone, heading = HEADINGS[answer.verdict]
    notice: Notice | None = read_notice(token) if answer.verdict == "genuine" else None
    return show(
        request,
        "notice.html",
        answer=answer,
        tone=tone,
        heading=heading,
        notice=notice,
        name=notice_id(token),
        until=from_micros(notice.expires_seconds * 1_000_000) if notice else None,
    )


routes = [
    public("/notices/{name}", _show),
    public("/notices/{name}/code.svg", _code),
]
