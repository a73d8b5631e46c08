import asyncio
from typing import Any

from sealane.web.replies import Emit, Reply, headers_of, json_reply, send_reply


def sent(reply: Reply) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    asyncio.run(send_reply(reply, send, "req_1"))
    return messages


def test_a_reply_carries_its_guards() -> None:
    start, body = sent(json_reply({"a": 1}, 201, headers=((b"x", b"y"),)))
    headers = dict(start["headers"])
    assert start["status"] == 201
    assert headers == {
        b"content-type": b"application/json",
        b"content-length": b"7",
        b"x-content-type-options": b"nosniff",
        b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
        b"cache-control": b"no-store",
        b"x-request-id": b"req_1",
        b"x": b"y",
    }
    assert body == {"type": "http.response.body", "body": b'{"a":1}'}


def test_what_may_be_cached_says_so() -> None:
    assert (b"cache-control", b"public") in headers_of(Reply(200, b"", cache=b"public"), "req_1")


def test_a_stream_goes_out_chunk_by_chunk() -> None:
    async def stream(emit: Emit) -> None:
        await emit(b"a")
        await emit(b"b")

    start, *chunks = sent(Reply(200, stream=stream))
    assert b"content-length" not in dict(start["headers"])
    assert [(chunk["body"], chunk.get("more_body", False)) for chunk in chunks] == [
        (b"a", True),
        (b"b", True),
        (b"", False),
    ]


def test_no_content_has_neither_type_nor_length() -> None:
    assert not {b"content-type", b"content-length"} & dict(headers_of(Reply(204), "req_1")).keys()
