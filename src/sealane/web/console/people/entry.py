"""Signing in with a passkey: the page asks for a challenge, the browser answers it, the answer becomes a session.

POST /console/signin/passkey/challenge   {"publicKey": {"challenge", "rpId", "userVerification", "timeout"}}
POST /console/signin/passkey             a form with what the browser answered; sets the cookie
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sealane.flows.people import passkeys
from sealane.keys.passkeys import Answer, Site
from sealane.keys.public import decode_base64url, encode_base64url
from sealane.model.errors import FieldError, InvalidInput, SealaneError
from sealane.model.ids import new_id
from sealane.storage.database import Transaction
from sealane.web import sessions
from sealane.web.console import presentation, signin
from sealane.web.console.forms.reading import read_form
from sealane.web.console.gate import address_of
from sealane.web.limits import count_visit
from sealane.web.problems import problem_of

if TYPE_CHECKING:
    from sealane.app import Sealane

__all__ = ["TIMEOUT_MS", "bytes_of", "routes", "site_of"]

TIMEOUT_MS = 300_000
_BURST_SECONDS = 10


class Asked(msgspec.Struct, frozen=True, rename="camel"):
    """What the browser needs to answer (W3C Web Authentication section 5.5); bytes as base64url."""

    challenge: str
    rp_id: str
    user_verification: str = "required"
    timeout: int = TIMEOUT_MS


def site_of(address: str) -> Site:
    """Return the site that passkeys of this address belong to."""
    return Site(address)


def bytes_of(form: Mapping[str, str], name: str) -> bytes:
    """Return the bytes of a field in base64url.

    Raises:
        InvalidInput: when there are none.
    """
    try:
        return decode_base64url(form[name])
    except (KeyError, ValueError):
        detail = "The browser's answer is missing or cannot be read."
        raise InvalidInput(detail, errors=(FieldError(f"/{name}", "not-allowed", detail),)) from None


async def _ask(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    try:
        count_visit(request, "passkey", _BURST_SECONDS)
        fresh = await lane.rooms.database.run_async(lambda tx: passkeys.challenge(tx, None))
    except SealaneError as refusal:
        problem = problem_of(refusal, new_id("req"))
        return presentation.json(problem, refusal.status, media_type="application/problem+json")
    return presentation.json({"publicKey": Asked(encode_base64url(fresh), site_of(address_of(request)).host)})


async def _enter(request: Request) -> Response:
    lane: Sealane = request.app.state.lane
    try:
        count_visit(request, "passkey", _BURST_SECONDS)
        form = await read_form(request)
        sessions.check_csrf(signin.form_token(request), form.get("csrf", ""))
        answer = Answer(*(bytes_of(form, name) for name in ("client_data", "authenticator_data", "signature")))
        proof = passkeys.Proof(bytes_of(form, "credential"), answer)
        site = site_of(address_of(request))

        def flow(tx: Transaction) -> str:
            return sessions.begin(tx, passkeys.sign_in(site, proof, tx))

        cookie = await lane.rooms.database.run_async(flow)
    except SealaneError as refusal:
        return await run_in_threadpool(signin.form_page, request, refusal)
    return signin.entered(
        RedirectResponse(signin.inside(form.get("next", "")), 303, presentation.GUARDS), request, cookie
    )


routes = [
    Route("/console/signin/passkey/challenge", _ask, methods=["POST"]),
    Route("/console/signin/passkey", _enter, methods=["POST"]),
]
