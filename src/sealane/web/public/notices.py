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
from starlette.routing import Route

from sealane.model.clock import from_micros
from sealane.model.errors import NotFound, SealaneError
from sealane.shield import Answer, Notice, Shield, find_notice, notice_id, read_notice
from sealane.web.api.shield import examine
from sealane.web.console import presentation
from sealane.web.public.check import HEADINGS, VARYING, admit
from sealane.web.public.language import LANGUAGES, of_request

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["routes"]

_NAME = re.compile(r"[A-Za-z0-9_-]{22}")
_SCALE = 4


async def _show(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    try:
        admit(request)
        token = await asyncio.to_thread(_token, lane, request.path_params["name"])
        answer = await asyncio.to_thread(examine, lane, token)
    except SealaneError as refusal:
        return presentation.html("refusal.html", refusal.status, refusal=refusal)
    return _page(request, token, answer)


async def _code(request: Request) -> Response:
    """Draw the notice's address, with the notice behind it, as a QR code (ISO/IEC 18004)."""
    lane: Sealane = request.app.state.lane
    try:
        admit(request)
        token = await asyncio.to_thread(_token, lane, request.path_params["name"])
    except SealaneError as refusal:
        return presentation.html("refusal.html", refusal.status, refusal=refusal)
    address = lane.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    drawn = io.BytesIO()
    code = segno.make(f"{address}/notices/{notice_id(token)}#{token}", error="l", micro=False)
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
    return presentation.html(
        "notice.html",
        headers=VARYING,
        answer=answer,
        tone=tone,
        heading=heading,
        notice=notice,
        name=notice_id(token),
        until=from_micros(notice.expires_seconds * 1_000_000) if notice else None,
        language=of_request(request),
        languages=LANGUAGES,
    )


routes = [
    Route("/notices/{name}", _show, methods=["GET"]),
    Route("/notices/{name}/code.svg", _code, methods=["GET"]),
]
