"""Bodies: read from the wire within limits of size and time, whole or line by line."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from sealane.model.errors import TooLarge
from sealane.web.problems import Disconnected, SlowBody, UnsupportedMedia

__all__ = ["Receive", "check_media", "read_body", "read_lines"]

Receive = Callable[[], Awaitable[Any]]
Headers = Mapping[bytes, bytes]


def check_media(headers: Headers, media: bytes) -> None:
    """Make sure that the body is of the one kind the route takes, and not compressed.

    Raises:
        UnsupportedMedia: for another or no Content-Type, another charset than UTF-8, or any Content-Encoding.
    """
    given = headers.get(b"content-type", b"")
    if given != media:
        kind, _, parameters = given.lower().partition(b";")
        charset = parameters.strip().replace(b'"', b"")
        if kind.strip() != media or charset not in {b"", b"charset=utf-8"}:
            raise UnsupportedMedia(f"This route takes {media.decode()} in UTF-8 only.")
    if b"content-encoding" in headers:
        raise UnsupportedMedia("A compressed body is not taken: its size could not be known before unpacking it.")


async def read_body(receive: Receive, headers: Headers, *, limit: int, seconds: float) -> bytes:
    """Return the whole body, at most `limit` bytes, arriving within `seconds`.

    Raises:
        TooLarge: as soon as the announced or the actual size is over the limit.
        SlowBody: when it does not arrive in time.
        Disconnected: when the caller goes away.
    """
    if int(headers.get(b"content-length", b"0")) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            chunk, more = await _next_chunk(receive)
            if not more and len(chunk) <= limit:
                return chunk
            body = bytearray(chunk)
            while more and len(body) <= limit:
                chunk, more = await _next_chunk(receive)
                body += chunk
    except TimeoutError:
        raise SlowBody(f"The body did not arrive within {seconds:g} seconds.") from None
    if len(body) > limit:
        raise _too_large(limit)
    return bytes(body)


async def read_lines(receive: Receive, *, limit: int, line_limit: int, seconds: float) -> AsyncIterator[bytes]:
    """Yield the lines of a body of at most `limit` bytes, blank ones left out, waiting `seconds` for each part.

    A line over `line_limit` is cut just past it, so that it can be refused alone while memory stays bounded.

    Raises:
        TooLarge: when the body is over the limit.
        SlowBody: when nothing arrives for too long.
        Disconnected: when the caller goes away.
    """
    rest, more, total = b"", True, 0
    while more:
        try:
            async with asyncio.timeout(seconds):
                chunk, more = await _next_chunk(receive)
        except TimeoutError:
            raise SlowBody(f"Nothing arrived for {seconds:g} seconds.") from None
        total += len(chunk)
        if total > limit:
            raise _too_large(limit)
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[: line_limit + 1]
        for line in lines:
            if line.strip():
                yield line[: line_limit + 1]
    if rest.strip():
        yield rest


async def _next_chunk(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] != "http.request":
        raise Disconnected
    return message.get("body", b""), message.get("more_body", False)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is over the limit of {limit} bytes.")
