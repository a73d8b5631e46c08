"""Mutated signed calls and webhooks: no effect, no 5xx, no growing memory, whatever is changed; replays: one effect.

A hundred thousand with every run, most of them straight into the ASGI application and some over the wire into a real
server; a million in `make soak`, in parts that can run side by side (`-n 2 --dist load`) and are taken up again by
`--lf`.
"""

import asyncio
import json
import os
import random
import socket
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from orders import event, order
from running import Server
from sealane.app import Sealane
from sealane.keys.secrets import digest, new_secret
from sealane.model.party import PartyRequest
from sealane.settings import Settings
from sealane.storage import parties
from sealane.web.app import Door, build
from signing import Signing
from webhooks import SECRETS, SENDERS, examples, send

ADDRESS = ("127.0.0.1", 8787)
ORIGIN = "http://127.0.0.1:8787"
Request = tuple[str, str, list[tuple[bytes, bytes]], bytes]
PART, PARTS, OVER_THE_WIRE = 50_000, 20, 1_000
REPLAYS, AT_ONCE = 2_000, 32
MOST_GROWTH_BYTES = 50_000_000
TABLES = ("orders", "events", "nonces", "inbox_messages", "exchange_messages")
JUNK = [b"", b"\0", b"\xff", b'"', b",", b";", b"=", b":", b"(", b")", b"{", b"[" * 300, b"9" * 400, b"%00", b"\\u0000"]


class World:
    """An installation in this process, with a signing merchant and an endpoint for each source."""

    def __init__(self, lane: Sealane) -> None:
        self.lane, self.door = lane, build(lane)
        self.pair = Signing()
        self.endpoints: dict[str, str] = {}
        request = PartyRequest(name="Lamps", roles=("merchant",), country="PT", public_keys=(self.pair.jwk,))

        def register(tx: Any) -> None:
            party = parties.add(tx, request, digest(new_secret("sk")))
            lane.rooms.interchange.keys.enrol(tx, party.party_id, request.public_keys)
            for source in SENDERS:
                add = lane.rooms.interchange.endpoints.add
                self.endpoints[source] = add(tx, party.party_id, source, SECRETS[source])

        lane.rooms.database.run(register)
        placed = order()
        self.reference = placed["reference"]
        lane.place(placed, merchant="Lamps")

    def effects(self) -> tuple[int, ...]:
        with self.lane.rooms.database.reader() as conn:
            return effects_in(conn)


def effects_in(conn: sqlite3.Connection) -> tuple[int, ...]:
    return tuple(conn.execute(f"SELECT count(*) FROM {each}").fetchone()[0] for each in TABLES)  # noqa: S608 - fixed names


def resident(pid: int | str = "self") -> int:
    """Return the bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("fuzz") / "lane"
    limits = {"rate_per_second": 1e9, "rate_burst": 1e9, "public_rate_per_second": 1e9}
    with Sealane.open(Settings(data_dir=str(folder), **limits)) as lane:
        yield World(lane)


def encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]


def genuine(signer: str, endpoints: dict[str, str], origin: str = ORIGIN) -> list[Request]:
    """Return one signed call of each kind, signed by a key that nobody registered, and each source's webhook."""
    stranger = Signing()
    stranger.kid = signer
    host = {"host": origin.removeprefix("http://")}
    found: list[Request] = []
    for path, body in (("/v1/orders", json.dumps(order()).encode()), ("/v1/events", b'{"id":"e"}')):
        headers = stranger.headers("POST", origin + path, body) | host
        found.append(("POST", path, encoded(headers), body))
    found.append(("GET", "/v1/orders", encoded(stranger.headers("GET", f"{origin}/v1/orders") | host), b""))
    for source, endpoint_id in endpoints.items():
        path = f"/v1/inbox/{source}/{endpoint_id}"
        body, headers, query = send(source, examples(source)[0]["body"], path=path)
        headers = {name: value[:-2] + "!!" for name, value in headers.items()}
        body = body.replace(b'"value":12990', b'"value":12991')  # Adyen's signature is in the body
        headers |= host | {"content-type": "application/json"}
        found.append(("POST", path + query.replace("a-", "b-"), encoded(headers), body))
    return found


def mutate(request: Request, chance: random.Random) -> Request:
    method, path, headers, body = request
    headers = list(headers)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(headers))
        name, value = headers[at]
        kind = chance.randrange(8)
        if kind == 0 and body:
            body = spoil(body, chance)
        elif kind == 1:
            headers[at] = name, spoil(value, chance)
        elif kind == 2:
            headers.append((name, value))
        elif kind == 3 and len(headers) > 1:
            headers.pop(at)
        elif kind == 4:
            path = "/v1/" + spoil(path[4:].encode(), chance).decode("latin-1")
        elif kind == 5:
            headers[at] = headers[chance.randrange(len(headers))][0], value
        elif kind == 6:
            method = chance.choice(("GET", "POST", "PUT", "DELETE", "PATCH"))
        else:
            headers[at] = name, chance.choice(JUNK)
    return method, path, headers, body


def spoil(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    return chance.choice(
        (
            data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :],
            data[:at] + chance.choice(JUNK) + data[at:],
            data[:at],
            data + data[:at],
        )
    )


async def ask(door: Door, request: Request) -> int:
    method, path, headers, body = request
    plain, _, query = path.partition("?")
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "path": plain, "headers": headers,
        "raw_path": plain.encode("latin-1", "replace"), "query_string": query.encode("latin-1", "replace"),
        "client": ("203.0.113.9", 1), "server": ADDRESS, "scheme": "http", "root_path": "", "asgi": {"version": "3.0"},
    }  # fmt: skip
    status = 0

    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)

    await door(scope, receive, answer)
    return status


def storm(world: World, count: int, seed: int) -> Counter[int]:
    chance, requests = random.Random(seed), genuine(world.pair.thumbprint, world.endpoints)

    async def run() -> Counter[int]:
        seen: Counter[int] = Counter()
        for _ in range(count):
            seen[await ask(world.door, mutate(chance.choice(requests), chance))] += 1
        return seen

    return asyncio.run(run())


def check(world: World, count: int, seed: int) -> None:
    storm(world, 500, seed + PARTS)  # what is made once is made before memory is looked at
    before, held = world.effects(), resident()
    seen = storm(world, count, seed)
    assert seen.total() == count
    assert all(400 <= status < 500 for status in seen), seen
    assert world.effects() == before
    assert resident() - held < MOST_GROWTH_BYTES


@pytest.mark.parametrize("seed", [1, 3])
def test_fifty_thousand_mutations_have_no_effect(world: World, seed: int) -> None:
    check(world, PART - OVER_THE_WIRE // 2, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 100 + PARTS))
def test_a_million_mutations_have_no_effect(world: World, seed: int) -> None:
    check(world, PART, seed)


def replay(world: World, count: int, seed: int) -> None:
    """Send signed events again and again, many at once, in any order: each takes effect once, whoever comes first."""
    bodies = [json.dumps(event("account.changed", reference=world.reference)).encode() for _ in range(count // 100)]
    signed = []
    for body in bodies:
        headers = world.pair.headers("POST", f"{ORIGIN}/v1/events", body) | {"host": "127.0.0.1:8787"}
        signed.append(("POST", "/v1/events", encoded(headers), body))
    sent = signed * (1 + count // len(signed))
    random.Random(seed).shuffle(sent)

    async def run() -> Counter[int]:
        seen, waiting = Counter[int](), iter(sent)

        async def worker() -> None:
            for request in waiting:
                seen[await ask(world.door, request)] += 1

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        return seen

    before = world.effects()
    seen = asyncio.run(run())
    assert seen == {201: len(signed), 409: len(sent) - len(signed)}
    grown = {name: now - then for name, now, then in zip(TABLES, world.effects(), before, strict=True)}
    assert {name: number for name, number in grown.items() if number} == {"events": len(signed), "nonces": len(signed)}


def test_two_thousand_replays_have_one_effect_each(world: World) -> None:
    replay(world, REPLAYS, 1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(200, 200 + PARTS))
def test_a_million_replays_have_one_effect_each(world: World, seed: int) -> None:
    replay(world, PART, seed)


def test_mutations_over_the_wire_have_no_effect(tmp_path: Path) -> None:
    limits = {f"SEALANE_{name}": "1e9" for name in ("RATE_PER_SECOND", "RATE_BURST", "PUBLIC_RATE_PER_SECOND")}
    with Server(tmp_path / "lane", environment=limits) as server:
        pair = Signing()
        party = {"name": "Lamps", "roles": ["merchant"], "country": "PT", "public_keys": [pair.jwk]}
        key = server.post("/v1/parties", party, server.operator_key).json()["api_key"]
        endpoints = {}
        for source in SENDERS:
            made = server.post("/v1/inbox-endpoints", {"source": source, "secret": SECRETS[source]}, key)
            endpoints[source] = made.json()["path"].rpartition("/")[2]
        chance, requests = random.Random(5), genuine(pair.thumbprint, endpoints, server.url)
        shoot(server.port, mutate(chance.choice(requests), chance))
        with closing(sqlite3.connect(f"file:{server.folder / 'sealane.db'}?mode=ro", uri=True)) as conn:
            before, held = effects_in(conn), resident(server.process.pid)
            seen = Counter(shoot(server.port, mutate(chance.choice(requests), chance)) for _ in range(OVER_THE_WIRE))
            assert all(400 <= status < 500 for status in seen), seen
            assert effects_in(conn) == before
        assert resident(server.process.pid) - held < MOST_GROWTH_BYTES
        assert server.get("/readyz").status_code == 200


def shoot(port: int, request: Request) -> int:
    """Write a request as it is on a connection of its own and return the status of the answer."""
    method, path, headers, body = request
    head = [f"{method} {path} HTTP/1.1".encode("latin-1"), *(b"%s: %s" % header for header in headers)]
    head += [b"connection: close", b"content-length: %d" % len(body), b"", b""]
    with socket.create_connection(("127.0.0.1", port), 30) as line:
        line.sendall(b"\r\n".join(head) + body)
        with line.makefile("rb") as answer:
            return int(answer.readline().split(b" ", 2)[1])


def test_what_is_not_mutated_has_its_effect(world: World) -> None:
    """The storm would prove nothing if nothing could get through."""
    body = json.dumps(order()).encode()
    headers = world.pair.headers("POST", f"{ORIGIN}/v1/orders", body) | {"host": "127.0.0.1:8787"}
    request = ("POST", "/v1/orders", encoded(headers), body)
    assert [asyncio.run(ask(world.door, request)) for _ in range(2)] == [201, 409]
