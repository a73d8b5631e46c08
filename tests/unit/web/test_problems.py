import asyncio
import json

import pytest
import structlog

from sealane.model.errors import FieldError, InvalidInput, NotAuthenticated, RateLimited
from sealane.web.problems import Disconnected, SlowBody, contain, refuse, settle
from sealane.web.replies import Reply

SECRET = "Ana Silva, 4111111111111111"


async def failing(error: BaseException) -> Reply:
    await asyncio.sleep(0)
    raise error


def test_a_refusal_becomes_a_problem() -> None:
    refusal = InvalidInput("Wrong.", errors=(FieldError("/a/b", "missing", "This field is required."),))
    reply = asyncio.run(settle(failing(refusal), "req_1"))
    assert (reply.status, reply.media, reply.code) == (422, b"application/problem+json", "invalid-input")
    assert json.loads(reply.body) == {
        "type": "urn:sealane:problem:invalid-input",
        "title": "Some fields are not valid",
        "status": 422,
        "detail": "Wrong.",
        "code": "invalid-input",
        "request_id": "req_1",
        "remedy": InvalidInput.remedy,
        "errors": [{"pointer": "/a/b", "code": "missing", "detail": "This field is required."}],
    }


@pytest.mark.parametrize(
    ("refusal", "header"),
    [
        (RateLimited(retry_after_seconds=3), (b"retry-after", b"3")),
        (NotAuthenticated(), (b"www-authenticate", b'Bearer realm="sealane"')),
        (SlowBody(), (b"connection", b"close")),
    ],
)
def test_some_refusals_say_more_in_a_header(refusal: NotAuthenticated, header: tuple[bytes, bytes]) -> None:
    assert refuse(refusal, "req_1").headers == (header,)


def test_a_bug_becomes_a_problem_without_internals_and_a_log_line_without_values() -> None:
    with structlog.testing.capture_logs() as lines:
        reply = asyncio.run(settle(failing(KeyError(SECRET)), "req_1"))
    assert reply.status == 500
    assert SECRET.encode() not in reply.body
    assert b"KeyError" not in reply.body
    (line,) = lines
    assert line["error"] == "KeyError"
    assert line["request_id"] == "req_1"
    assert line["places"][-1].endswith("failing")
    assert SECRET not in str(line)


def test_nobody_is_told_when_nobody_is_there() -> None:
    with structlog.testing.capture_logs() as lines:
        assert asyncio.run(settle(failing(Disconnected()), "req_1")).status == 499
    assert not lines


def test_a_reply_that_breaks_off_is_logged_once() -> None:
    async def breaking() -> None:
        await failing(ValueError(SECRET))

    with structlog.testing.capture_logs() as lines:
        asyncio.run(contain(breaking(), "req_1"))
    assert [line["error"] for line in lines] == ["ValueError"]


def test_the_end_of_the_process_is_not_held_up() -> None:
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(settle(failing(asyncio.CancelledError()), "req_1"))
