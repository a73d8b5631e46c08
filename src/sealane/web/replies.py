"""Replies: what goes back on the wire, and the headers that all of them carry.

    HTTP/1.1 201 Created
    content-type: application/json
    x-content-type-options: nosniff
    cache-control: no-store
    content-security-policy: default-src 'none'; frame-ancestors 'none'
    x-request-id: req_01kan6k3zw8t5q1r9v0m2c4d7e

The request id is the one that problems and the log name.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

__all__ = ["JSON", "NDJSON", "NO_CONTENT", "Emit", "Reply", "Send", "headers_of", "json_reply", "send_reply"]

Send = Callable[[Any], Awaitable[None]]
Emit = Callable[[bytes], Awaitable[None]]
Header = tuple[bytes, bytes]

NO_CONTENT = 204
JSON = b"application/json"
NDJSON = b"application/x-ndjson"

_GUARDS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
_UNCACHED: Header = (b"cache-control", b"no-store")

_encode = msgspec.json.Encoder().encode


class Reply(msgspec.Struct, frozen=True, gc=False):
    """A status, a body or a stream of chunks, and headers beyond the usual ones; `code` is a problem's."""

    status: int
    body: bytes = b""
    media: bytes = JSON
    headers: tuple[Header, ...] = ()
    code: str = ""
    cache: bytes | None = None
    stream: Callable[[Emit], Awaitable[None]] | None = None


def json_reply(document: Any, status: int = 200, *, headers: tuple[Header, ...] = ()) -> Reply:
    """Return the record as a JSON reply."""
    return Reply(status, _encode(document), headers=headers)


def headers_of(reply: Reply, request_id: str) -> list[Header]:
    """Return every header of the reply; a stream has no content-length, and no content has neither length nor type."""
    headers = [
        *_GUARDS,
        _UNCACHED if reply.cache is None else (b"cache-control", reply.cache),
        (b"x-request-id", request_id.encode()),
        *reply.headers,
    ]
    if reply.status == NO_CONTENT:
        return headers
    headers.append((b"content-type", reply.media))
    if reply.stream is None:
        headers.append((b"content-length", b"%d" % len(reply.body)))
    return headers


async def send_reply(reply: Reply, send: Send, request_id: str) -> None:
    """Put the reply on the wire; a stream goes out chunk by chunk."""
    await send({"type": "http.response.start", "status": reply.status, "headers": headers_of(reply, request_id)})
    if reply.stream is None:
        await send({"type": "http.response.body", "body": reply.body})
        return

    async def emit(chunk: bytes) -> None:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})

    await reply.stream(emit)
    await send({"type": "http.response.body", "body": b""})
