"""What a signed call costs: as a ratio to a bare handler and to the library's verify, in processor time.

python bench/interchange.py [--seconds N]

Then how long a signed call waits at a steady 1,000 a second (goal: p99 <= 50 ms), beside the bare handler at the same
pace, and how many events a second a batch takes in (goal: >= 3,000).
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from math import inf
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
from sealane.web.server import SWITCH_SECONDS, calm_collector

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from orders import order
from signing import Signing

TARGET = "http://127.0.0.1:8787/v1/messages"
EVENTS, BATCH = "/v1/events", "/v1/events/batch"
ROUNDS, TIMES, CALLS, AT_ONCE = 15, 200, 1000, 64
A_SECOND, LINES = 1000, 10_000
ORDERS = 500

Call = tuple[dict[str, str], bytes]

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


async def ask(door: Any, headers: dict[str, str], body: bytes, path: str = EVENTS) -> tuple[int, bytes]:
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8787),
    }
    status, told = 0, bytearray()

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        told.extend(message.get("body", b""))

    await door(scope, receive, answer)
    return status, bytes(told)


async def bare(_scope: Any, receive: Any, send: Any) -> None:
    """Answer as the smallest handler would: decode the body, encode a record."""
    told = _read((await receive())["body"])
    await send({"type": "http.response.start", "status": 201, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": _write({"event_id": told["id"], "accepted_as": "confirmed"})})


async def drive(door: Any, calls: list[Call]) -> tuple[float, float]:
    """Return calls a second and microseconds of processor time a call, of all threads."""
    waiting = iter(calls)

    async def worker() -> None:
        for headers, body in waiting:
            status, _ = await ask(door, headers, body)
            assert status == 201, status

    began, spent = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    return len(calls) / (time.perf_counter() - began), (time.process_time() - spent) / len(calls) * 1e6


async def pace(door: Any, calls: list[Call]) -> list[float]:
    """Return how many milliseconds each call took, from the moment it was due at a steady rate; infinite where refused.

    A server that cannot carry the rate says so (429) instead of letting a queue grow.
    """
    begun, spent = time.perf_counter() + 0.1, list[float]()

    async def due(number: int, call: Call) -> None:
        moment = begun + number / A_SECOND
        await asyncio.sleep(moment - time.perf_counter())
        status, _ = await ask(door, *call)
        assert status in {201, 429}, status
        spent.append((time.perf_counter() - moment) * 1000 if status == 201 else inf)

    await asyncio.gather(*(due(number, call) for number, call in enumerate(calls)))
    return spent


def waiting(doors: dict[str, tuple[Any, list[Call]]]) -> None:
    least = 0.0
    for name, (door, calls) in doors.items():
        spent = sorted(asyncio.run(pace(door, calls)))
        p50, p99, refused = spent[len(spent) // 2], spent[len(spent) * 99 // 100], spent.count(inf)
        least = least or p99
        told = f"p50 {p50:6.1f} ms, p99 {p99:6.1f} ms, {refused:,} refused"
        print(f"{name:20} at {A_SECOND:,}/s: {told}  {p99 / least:6.1f} x {next(iter(doors))}")


def batching(door: Any, headers: dict[str, str], bodies: list[bytes], bare_rate: float) -> None:
    lines = b"".join(body + b"\n" for body in bodies)
    began = time.perf_counter()
    status, told = asyncio.run(ask(door, headers | {"content-type": "application/x-ndjson"}, lines, BATCH))
    rate = len(bodies) / (time.perf_counter() - began)
    assert (status, told.count(b'"status":201')) == (200, len(bodies)), told[:300]
    print(f"{'events in a batch':20} {rate:8.0f} /s  {rate / bare_rate:6.3f} x the bare handler's rate")


def serving(pair: Any, seconds: int, placed: dict[str, Any]) -> None:
    limits = {"rate_per_second": 1e9, "rate_burst": 1e9}
    with tempfile.TemporaryDirectory() as folder, Sealane.open(Settings(data_dir=folder, **limits)) as lane:
        door, key = build(lane), new_secret("sk")
        request = PartyRequest(name="Bench", roles=("merchant",), country="PT", public_keys=(pair.jwk,))

        def register(tx: Any) -> None:
            party = parties.add(tx, request, digest(key))
            lane.rooms.interchange.keys.enrol(tx, party.party_id, request.public_keys)

        lane.rooms.database.run(register)
        references = [f"{placed['reference']}-{number}" for number in range(ORDERS)]
        for reference in references:
            lane.place({**placed, "reference": reference}, merchant="Bench")
        named = cycle(references)  # events of one order alone would make that order's history the thing measured
        host = {"host": "127.0.0.1:8787", "content-type": "application/json"}
        told = {"kind": "payment.authorized", "occurred_at": "2026-11-22T10:00:00Z"}

        def bodies(count: int = CALLS) -> list[bytes]:
            note = {"note": "x" * 1300}
            news = ({**told, "reference": next(named), "id": new_id("evt"), "attributes": note} for _ in range(count))
            return [json.dumps(one).encode() for one in news]

        def sign(count: int) -> list[Call]:
            return [(pair.headers("POST", target, body) | host, body) for body in bodies(count)]

        target = "http://127.0.0.1:8787/v1/events"

        def run(app: Any, calls: list[Call]) -> tuple[float, float]:
            asyncio.run(drive(app, calls[:100]))
            return asyncio.run(drive(app, calls[100:]))

        keyed = [({**host, "authorization": f"Bearer {key}"}, body) for body in bodies()]
        least, plain, proven = run(bare, keyed), run(door, keyed), run(door, sign(CALLS))
        for name, (rate, cost) in (("bare handler", least), ("events by key", plain), ("events signed", proven)):
            against = f"{cost / least[1]:6.1f} x bare, {cost / plain[1]:5.2f} x by key"
            print(f"{name:20} {rate:8.0f} /s  {cost:7.1f} us of processor time  {against}")
        steady = sign(seconds * A_SECOND)
        waiting({"bare handler": (bare, steady), "events signed": (door, steady)})
        batching(door, keyed[0][0], bodies(LINES), least[0])


def main() -> None:
    """Measure in a process that is set up as a server's is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10, help="how long the steady rate goes on")
    asked = parser.parse_args()
    calm_collector()
    sys.setswitchinterval(SWITCH_SECONDS)
    verifying(Signing())
    serving(Signing(), asked.seconds, order())


if __name__ == "__main__":
    main()
