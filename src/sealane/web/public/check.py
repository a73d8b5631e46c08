"""The page `/check`: one box, one of three answers, and what to do now.

The text comes in a form and goes nowhere: it is in no address, no log and no table.
"""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from sealane.model.errors import InvalidInput, TooLarge
from sealane.shield import Answer, title_of
from sealane.web.api.shield import examine
from sealane.web.limits import count_visit
from sealane.web.public.page import public, show

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["HEADINGS", "admit", "routes"]

_LARGEST = 1 << 20
_BURST_SECONDS = 3
HEADINGS = {
    "genuine": ("good", "Genuine"),
    "official": ("good", "Official site"),
    "dangerous": ("bad", "Dangerous"),
    "unknown": ("caution", "We can’t tell"),  # noqa: RUF001 - an apostrophe as people print it
}
"""The tone and the word of each verdict."""


def _show(request: Request) -> Response:
    return _page(request, None)


async def _check(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    admit(request)
    text = await _text(request)
    return _page(request, await asyncio.to_thread(examine, lane, text) if text.strip() else None)


def _page(request: Request, answer: Answer | None) -> Response:
    tone, heading = HEADINGS[answer.verdict] if answer else ("", "")
    brand = title_of(answer.brand) if answer and answer.brand else None
    return show(request, "check.html", answer=answer, tone=tone, heading=heading, brand=brand)


def admit(request: Request) -> None:
    """Count one question of this address, whichever of the public pages it goes to.

    Raises:
        RateLimited: when the address asked too much.
    """
    count_visit(request, "check", _BURST_SECONDS)


async def _text(request: Request) -> str:
    """Return what the form's box holds.

    Raises:
        TooLarge: when it is longer than any message.
        InvalidInput: when it is no form.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST:
            raise TooLarge("The text is longer than any message.", remedy="Paste the part with the link or the number.")
    try:
        return parse_qs(body.decode(), max_num_fields=4).get("text", [""])[0]
    except ValueError:
        raise InvalidInput("The form is not readable.", remedy="Open the page again and paste the text.") from None


routes = [
    public("/check", _show),
    public("/check", _check, "POST"),
]
