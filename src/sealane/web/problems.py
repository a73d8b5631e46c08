"""Problems: every refusal as `application/problem+json` (RFC 9457), as calls get it.

    {"type": "urn:sealane:problem:invalid-input", "title": "Some fields are not valid", "status": 422,
     "detail": "...", "code": "invalid-input", "request_id": "req_...", "remedy": "...",
     "errors": [{"pointer": "/payment/amount/currency", "code": "not-allowed", "detail": "..."}]}

This is the one place of the server that catches whatever nobody foresaw; it says nothing of its inside.
"""

import traceback
from collections.abc import Awaitable
from pathlib import Path

import msgspec
import structlog
from msgspec import UNSET, UnsetType

from sealane.model.errors import Erased, FieldError, NotAuthenticated, SealaneError
from sealane.web.replies import Reply

__all__ = [
    "CLOSED_BY_CALLER",
    "Disconnected",
    "HeadTooLarge",
    "MalformedHead",
    "MethodNotAllowed",
    "Problem",
    "SlowBody",
    "Unexpected",
    "UnsupportedMedia",
    "VersionOver",
    "contain",
    "problem_of",
    "refuse",
    "report",
    "settle",
]

PROBLEM_JSON = b"application/problem+json"
CLOSED_BY_CALLER = 499
"""The status that is counted when nobody is left to be answered."""

_log = structlog.get_logger("sealane.web")
_encode = msgspec.json.Encoder().encode


class Disconnected(Exception):
    """The caller went away before its body was complete."""


class MethodNotAllowed(SealaneError):
    """The path exists, but not for this method; the `Allow` header lists those it has."""

    code = "method-not-allowed"
    title = "This path does not take this method"
    status = 405
    remedy = "Use a method that the Allow header names."


class VersionOver(SealaneError):
    """The sunset of this version of the API is past; nothing of it is answered any more."""

    code = "version-over"
    title = "This version of the API is over"
    status = 410
    remedy = "Use the version that the operator names."


class SlowBody(SealaneError):
    """The body did not arrive in time."""

    code = "slow-body"
    title = "The body took too long to arrive"
    status = 408
    remedy = "Send the request again over a faster connection, or in smaller parts."


class UnsupportedMedia(SealaneError):
    """The body is of a kind or an encoding that this route does not take."""

    code = "unsupported-media"
    title = "This content type is not taken here"
    status = 415
    remedy = "Send plain `Content-Type: application/json` (batches: `application/x-ndjson`) without Content-Encoding."


class HeadTooLarge(SealaneError):
    """Request line and headers are over the limit."""

    code = "head-too-large"
    title = "The request line and headers are too large"
    status = 431
    remedy = "Send shorter headers and fewer query parameters."


class MalformedHead(SealaneError):
    """The request line or a header is not valid, or is there twice where one is meant."""

    code = "malformed-head"
    title = "The request line or a header is not valid"
    status = 400
    remedy = "Send one valid HTTP/1.1 request with each header once."


class Unexpected(SealaneError):
    """Something went wrong inside that nobody foresaw."""

    code = "unexpected"
    title = "Something went wrong on our side"
    status = 500
    remedy = "Try again; if it happens again, give the request_id to the operator."


class Problem(msgspec.Struct, frozen=True):
    """The body of every refusal."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    remedy: str
    errors: tuple[FieldError, ...] = ()
    receipt: msgspec.Raw | UnsetType = UNSET


def problem_of(refusal: SealaneError, request_id: str) -> Problem:
    """Return the problem that tells of this refusal."""
    return Problem(
        type=f"urn:sealane:problem:{refusal.code}",
        title=refusal.title,
        status=refusal.status,
        detail=refusal.detail,
        code=refusal.code,
        request_id=request_id,
        remedy=refusal.advice,
        errors=refusal.errors,
        receipt=(refusal.receipt if isinstance(refusal, Erased) else None) or UNSET,
    )


def _headers_of(refusal: SealaneError) -> tuple[tuple[bytes, bytes], ...]:
    headers: list[tuple[bytes, bytes]] = []
    if refusal.retry_after_seconds is not None:
        headers.append((b"retry-after", b"%d" % refusal.retry_after_seconds))
    if refusal.status == NotAuthenticated.status:
        headers.append((b"www-authenticate", b'Bearer realm="sealane"'))
    if isinstance(refusal, SlowBody):
        headers.append((b"connection", b"close"))
    return tuple(headers)


def refuse(refusal: SealaneError, request_id: str) -> Reply:
    """Return the refusal as problem+json."""
    body = _encode(problem_of(refusal, request_id))
    return Reply(refusal.status, body, PROBLEM_JSON, _headers_of(refusal), refusal.code)


async def settle(work: Awaitable[Reply], request_id: str) -> Reply:
    """Return what the work replies, or the problem that kept it from replying."""
    try:
        return await work
    except Disconnected:
        return Reply(CLOSED_BY_CALLER)
    except SealaneError as refusal:
        if refusal.status >= Unexpected.status:
            report(refusal, request_id)
        return refuse(refusal, request_id)
    except Exception as failure:  # noqa: BLE001 - the last line of defence: any bug becomes a 500 without internals
        report(failure, request_id)
        return refuse(Unexpected(), request_id)


async def contain(work: Awaitable[None], request_id: str) -> None:
    """Wait for work that is already replying; when it breaks off, say so in the log and nowhere else."""
    try:
        await work
    except Exception as failure:  # noqa: BLE001 - as above; the connection closes without an end, which tells the caller
        report(failure, request_id)


def report(failure: BaseException, request_id: str) -> None:
    """Log the kind and the place of a failure; its message may hold values, so it stays out."""
    frames = traceback.extract_tb(failure.__traceback__)
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    _log.error("request.failed", request_id=request_id, error=type(failure).__name__, places=places[-8:])
