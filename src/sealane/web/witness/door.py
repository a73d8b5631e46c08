"""A witness over HTTP: `POST /add-checkpoint` (C2SP tlog-witness), and its key line at `GET /`.

The body is read whole before it is looked at, and a refusal has the status that the protocol gives it, so this door
does without the problem documents of the API.
"""

import asyncio
from http import HTTPStatus
from typing import Any

from sealane.model.errors import DependencyUnavailable, SealaneError
from sealane.supervision.witness.witness import Answer, Witness
from sealane.web.body import Receive, read_body
from sealane.web.replies import Send

__all__ = ["WitnessDoor"]

LARGEST_BODY = 1 << 20
BODY_SECONDS = 20.0
_TEXT = "text/plain; charset=utf-8"


class WitnessDoor:
    """The ASGI application of one witness."""

    def __init__(self, witness: Witness) -> None:
        self._witness = witness

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer one call."""
        if scope["type"] != "http":
            return
        answer = await self._answer(scope, receive)
        headers = [
            (b"content-type", answer.media.encode()),
            (b"content-length", str(len(answer.body)).encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
        ]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else answer.body})

    async def _answer(self, scope: Any, receive: Receive) -> Answer:
        call = (scope["method"], scope["path"])
        if call in {("GET", "/"), ("HEAD", "/")}:
            return Answer(HTTPStatus.OK, _TEXT, f"{self._witness.key}\n".encode())
        if scope["path"] != "/add-checkpoint":
            return Answer(HTTPStatus.NOT_FOUND, _TEXT, b"this is a witness: POST /add-checkpoint\n")
        if scope["method"] != "POST":
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED, _TEXT, b"POST a checkpoint\n")
        try:
            body = await read_body(receive, dict(scope["headers"]), limit=LARGEST_BODY, seconds=BODY_SECONDS)
            return await asyncio.to_thread(self._witness.add_checkpoint, body)
        except DependencyUnavailable as refusal:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, _TEXT, f"{refusal.detail}\n".encode())
        except SealaneError as refusal:
            return Answer(HTTPStatus.BAD_REQUEST, _TEXT, f"{refusal.detail}\n".encode())
