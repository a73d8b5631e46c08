"""What a signed call costs: as a ratio to a bare handler and to the library's verify, in processor time.

python bench/interchange.py
"""

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from sealane.app import Sealane
from sealane.interchange import Message, verify_call
from sealane.keys.public import read_jwk
from sealane.keys.secrets import digest, new_secret
from sealane.model.ids import new_id
from sealane.model.party import PartyRequest
from sealane.settings import Settings
from sealane.storage import parties
from sealane.web.app import build

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from orders import order
from signing import Signing

TARGET = "http://127.0.0.1:8787/v1/messages"
ROUNDS, TIMES, CALLS, AT_ONCE = 15, 200, 1000, 64


_read, _write = msgspec.json.Decoder().decode, msgspec.json.Encoder().encode


class Held:
    party_id = "pty_a"

    def __init__(self, jwk: dict[str, Any]) -> None:
        self.key = read_jwk(jwk)


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, key: Any) -> None:
        self.key = key

    def resolve_public_key(self, key_id: str) -> Any:  # noqa: ARG002 - one key serves all
        return self.key


class Request:
    def __init__(self, headers: dict[str, str]) -> None:
        self.method, self.url, self.headers = "POST", TARGET, headers


def micros(work: Callable[[], object]) -> float:
    """Return what one call costs in microseconds of processor time, the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        began = time.thread_time_ns()
        for _ in range(TIMES):
            work()
        best = min(best, (time.thread_time_ns() - began) / TIMES / 1000)
    return best


def verifying(pair: Any) -> None:
    body = json.dumps({"text": "x" * 1480}).encode()
    headers = pair.headers("POST", TARGET, body)
    message, held = Message(headers, body, "POST", TARGET), [Held(pair.jwk)]
    strict = micros(lambda: verify_call(message, lambda _: held, now_us=time.time_ns() // 1000))
    library = HTTPMessageVerifier(signature_algorithm=ED25519, key_resolver=Keys(pair.key.public_key()))
    request = Request(headers)
    other = micros(
        lambda: library.verify(request, max_age=timedelta(minutes=5), expect_tag="sealane-exchange-v1", body=body)
    )
    signature, base = held[0].key, b"x" * 400
    made = pair.key.sign(base)
    alone = micros(lambda: signature.verify(made, base))
    print(f"strict verify of 1.5 KB       {strict:8.1f} us")
    print(f"the library's verify          {other:8.1f} us   {other / strict:.2f} x strict")
    print(f"Ed25519 verify alone (probe)  {alone:8.1f} us   strict is {strict / alone:.2f} x")


async def ask(door: Any, headers: dict[str, str], body: bytes) -> int:
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/events",
        "raw_path": b"/v1/events",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8787),
    }
    status = 0

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await door(scope, receive, answer)
    return status


async def bare(_scope: Any, receive: Any, send: Any) -> None:
    """Answer as the smallest handler would: decode the body, encode a record."""
    told = _read((await receive())["body"])
    await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": _write({"event_id": told["id"], "accepted_as": "confirmed"})})


async def drive(door: Any, calls: list[tuple[dict[str, str], bytes]]) -> tuple[float, float]:
    """Return calls a second and microseconds of processor time a call, of all threads."""
    waiting = iter(calls)

    async def worker() -> None:
        for headers, body in waiting:
            status = await ask(door, headers, body)
            assert status == 201, status

    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(calls) / (time.perf_counter() - began), (time.process_time() - spent) / len(calls) * 1e6


def serving(pair: Any, placed: dict[str, Any]) -> None:
    limits = {"rate_per_second": 1e9, "rate_burst": 1e9}
    with tempfile.TemporaryDirectory() as folder, Sealane.open(Settings(data_dir=folder, **limits)) as lane:
        door, key = build(lane), new_secret("sk")
        request = PartyRequest(name="Bench", roles=("merchant",), country="PT", public_keys=(pair.jwk,))

        def register(tx: Any) -> None:
            party = parties.add(tx, request, digest(key))
            lane.rooms.interchange.keys.enrol(tx, party.party_id, request.public_keys)

        lane.rooms.database.run(register)
        lane.place(placed, merchant="Bench")
        host = {"host": "127.0.0.1:8787", "content-type": "application/json"}
        told = {"kind": "payment.authorized", "occurred_at": "2026-11-22T10:00:00Z", "reference": placed["reference"]}

        def bodies() -> list[bytes]:
            note = {"note": "x" * 1300}
            return [json.dumps({**told, "id": new_id("evt"), "attributes": note}).encode() for _ in range(CALLS)]

        target = "http://127.0.0.1:8787/v1/events"

        def run(app: Any, calls: list[tuple[dict[str, str], bytes]]) -> tuple[float, float]:
            asyncio.run(drive(app, calls[:100]))
            return asyncio.run(drive(app, calls[100:]))

        keyed = [({**host, "authorization": f"Bearer {key}"}, body) for body in bodies()]
        signed = [(pair.headers("POST", target, body) | host, body) for body in bodies()]
        least, plain, proven = run(bare, keyed), run(door, keyed), run(door, signed)
        for name, (rate, cost) in (("bare handler", least), ("events by key", plain), ("events signed", proven)):
            against = f"{cost / least[1]:6.1f} x bare, {cost / plain[1]:5.2f} x by key"
            print(f"{name:20} {rate:8.0f} /s  {cost:7.1f} us of processor time  {against}")


def main() -> None:
    verifying(Signing())
    serving(Signing(), order())


if __name__ == "__main__":
    main()
