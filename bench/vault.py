"""What the vault costs: sealing, tokens, erasure, rotation, the card proxy, the leak scan.

    .venv/bin/python bench/vault.py [DATA_KEYS]

Rates stand beside a probe of the same run: AES-GCM of 200 bytes on one core, and one fsync of the disk in use.
"""

import asyncio
import base64
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from orders import order  # noqa: E402 - found once the path is set
from psp import PspStandIn  # noqa: E402
from sealane.keys.sealing import DataKey, wrap  # noqa: E402
from sealane.model.cards.leak import scan, scan_bytes  # noqa: E402
from sealane.model.cards.number import passes_luhn  # noqa: E402
from sealane.vault import store  # noqa: E402
from sealane.vault.payment.codes import SecurityCodes  # noqa: E402
from sealane.vault.payment.destinations import parse_hosts  # noqa: E402
from sealane.vault.payment.proxy import CardProxy, ProxyRequest  # noqa: E402
from vaults import MERCHANT, Lane, request  # noqa: E402

KEYS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000


def probe(folder: Path) -> tuple[float, float]:
    key, text = DataKey.generate(), b"x" * 200
    began = time.perf_counter()
    for _ in range(20_000):
        key.seal(text, b"place")
    seal_us = (time.perf_counter() - began) / 20_000 * 1e6
    spans = []
    with (folder / "probe").open("wb") as file:
        for _ in range(50):
            file.write(b"x" * 4096)
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            spans.append(time.perf_counter() - began)
    return seal_us, statistics.median(spans) * 1e3


def tokenise(lane: Lane) -> None:
    asked = [request(shopper__account=f"b-{number}") for number in range(6_000)]
    began = time.perf_counter()
    lane.database.run(lambda tx: [lane.vault.seal_order(tx, MERCHANT, each) for each in asked[:5_000]])
    print(f"tokenise, one batch          {5_000 / (time.perf_counter() - began):8.0f} subjects/s (goal 2,500)")
    began = time.perf_counter()
    for each in asked[5_000:]:
        lane.seal(each)
    print(f"tokenise, a commit each      {1_000 / (time.perf_counter() - began):8.0f} subjects/s (goal 800)")


def erase(lane: Lane) -> None:
    seals = [lane.seal(request(shopper__account=f"e-{number}")) for number in range(200)]
    spans = []
    for seal in seals:
        began = time.perf_counter()
        lane.database.run(
            lambda tx, name=seal.subject_id: lane.vault.eraser.finish(tx, lane.vault.eraser.begin(tx, name), "ent_1")
        )
        spans.append((time.perf_counter() - began) * 1e3)
    spans.sort()
    print(f"erase, durable               p50 {spans[100]:6.2f} ms  p99 {spans[197]:6.2f} ms (goal 1,000)")


def rotate(lane: Lane) -> None:
    keys, ring = lane.vault._keys, lane.ring  # noqa: SLF001 - a million keys come in beside the door
    file = keys._keys  # noqa: SLF001 - as above
    kek, version = ring.kek("pii"), ring.newest("pii")
    with store.writing(file):
        numbers = store.reserve_numbers(file, KEYS, 0)
        data = DataKey.generate()
        key = kek.derive(f"sealane tenant key {MERCHANT}".encode())
        places = ((n, f"sealane data key pii {MERCHANT} {n}".encode()) for n in numbers)
        rows = (store.KeyRow(n, "pii", version, wrap(key, data, place), MERCHANT) for n, place in places)
        store.add_keys(file, rows)
    began = time.perf_counter()
    lane.vault.rotation.begin(["pii"])
    lane.vault.rotation.upkeep.run()
    spent = time.perf_counter() - began
    print(f"re-wrap {KEYS:9,} data keys   {spent:8.1f} s, {KEYS / spent:,.0f}/s (goal 60 s for 1,000,000)")


def proxy() -> None:
    token = "ct_01kan6k3zw8t5q1r9v0m2c4d7e"  # noqa: S105 - it names a card
    card = {"/number": "4111111111111111", "/expiry_month": "7", "/expiry_year": "2030"}
    with PspStandIn() as psp:
        caller = CardProxy(parse_hosts(psp.host), SecurityCodes())
        plain = ProxyRequest(url=psp.host, body=f'{{"number": "{{{{{token}.number}}}}"}}')

        async def ours() -> None:
            await caller.call(plain, await caller.admit(plain), {token: card}, "ent_1")

        import httpx  # noqa: PLC0415 - the probe beside it

        async def bare() -> None:
            async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # noqa: S501 - plain HTTP
                await client.post(psp.host, content=b'{"number": "4111111111111111"}')

        print(
            f"card proxy, added            p50 {timed(ours) - timed(bare):6.2f} ms (goal 5; bare call {timed(bare):.2f})"  # noqa: E501 - one line of the table
        )


def timed(call: Callable[[], object]) -> float:
    async def run() -> list[float]:
        spans = []
        for _ in range(200):
            began = time.perf_counter()
            await call()  # type: ignore[misc]
            spans.append((time.perf_counter() - began) * 1e3)
        return spans

    return statistics.median(asyncio.run(run()))


PREFIXES = (("4", 16), ("51", 16), ("37", 15), ("6011", 16), ("36", 14), ("3530", 16), ("622202", 16), ("4", 19))


def pan(rng: random.Random) -> str:
    prefix, length = rng.choice(PREFIXES)
    body = prefix + "".join(rng.choices("0123456789", k=length - 1 - len(prefix)))
    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


def grouped(number: str, joint: str) -> str:
    if len(number) in {14, 15}:
        return joint.join((number[:4], number[4:10], number[10:]))
    return joint.join(number[at : at + 4] for at in range(0, len(number), 4))


def digits_of(zero: str) -> Callable[[str], str]:
    return lambda number: "".join(chr(ord(zero) + int(digit)) for digit in number)


ENCODINGS: dict[str, Callable[[str], object]] = {
    "plain": str,
    "spaced": lambda number: grouped(number, " "),
    "dashed": lambda number: grouped(number, "-"),
    "dotted": lambda number: grouped(number, "."),
    "full-width digits": digits_of("\uff10"),
    "Arabic digits": digits_of("\u0660"),
    "base64": lambda number: base64.b64encode(number.encode()).decode(),
    "base64url in text": lambda number: base64.urlsafe_b64encode(f"card={number};".encode()).decode(),
    "URL escapes": lambda number: "".join(f"%{ord(digit):02X}" for digit in number),
    "hexadecimal": lambda number: number.encode().hex(),
    "HTML entities": lambda number: "".join(f"&#{ord(digit)};" for digit in number),
    "JSON escapes": lambda number: "".join(f"\\u{ord(digit):04x}" for digit in number),
    "backwards": lambda number: number[::-1],
    "split over fields": lambda number: grouped(number, " ").split(),
}


def leaks() -> None:
    rng = random.Random(5)
    each = 100_000 // len(ENCODINGS) + 1
    total = found = 0
    for name, write in ENCODINGS.items():
        hit = 0
        for _ in range(each):
            document = {"reference": "SO-1", "items": [{"sku": "LMP-1", "note": write(pan(rng))}]}
            body = json.dumps(document, ensure_ascii=rng.random() < 0.5).encode()
            hit += scan_bytes(body) and scan(json.loads(body)) is not None
        total, found = total + each, found + hit
        if hit < each:
            print(f"  missed {each - hit} of {each}: {name}")
    print(f"leak scan, recall            {found / total:8.3%} of {total} numbers in {len(ENCODINGS)} writings (99.9 %)")
    body = json.dumps(order("SO-1")).encode()
    body = body[:-1] + b', "note": "' + b"a plain sentence of an order " * ((1_500 - len(body)) // 29) + b'"}'
    spans = []
    for _ in range(5_000):
        began = time.perf_counter_ns()
        scan_bytes(body)
        spans.append((time.perf_counter_ns() - began) / 1e3)
    print(f"leak scan, {len(body)} bytes       p50 {statistics.median(spans):6.1f} us (goal 25)")
    numbers = [
        *(gs1(rng) for _ in range(20_000)),
        *(s10(rng) for _ in range(20_000)),
        *(ups(rng) for _ in range(20_000)),
    ]
    for field in ("tracking_number", "reference"):
        refused = sum(scan({field: number}) is not None for number in numbers)
        share = refused / len(numbers)
        print(f"leak scan, false refusals    {share:8.3%} of {len(numbers)} SSCC, S10, 1Z in {field} (goal 0.1 %)")


def gs1(rng: random.Random) -> str:
    body = "".join(rng.choices("0123456789", k=17))
    return body + str(-(3 * sum(map(int, body[-1::-2])) + sum(map(int, body[-2::-2]))) % 10)


def s10(rng: random.Random) -> str:
    body = "".join(rng.choices("0123456789", k=8))
    check = 11 - sum(weight * int(digit) for weight, digit in zip((8, 6, 4, 2, 3, 5, 9, 7), body, strict=True)) % 11
    return f"{rng.choice('RLCE')}{rng.choice('ABX')}{body}{ {10: 0, 11: 5}.get(check, check) }CN"


def ups(rng: random.Random) -> str:
    return f"1Z{''.join(rng.choices('0123456789ABCDEFGH', k=6))}{''.join(rng.choices('0123456789', k=10))}"


def main() -> None:
    with TemporaryDirectory(dir=os.environ.get("TMPDIR")) as place:
        seal_us, fsync_ms = probe(Path(place))
        print(f"probe: AES-GCM 200 B {seal_us:.2f} us, fsync {fsync_ms:.2f} ms")
        lane = Lane(Path(place) / "lane")
        tokenise(lane)
        erase(lane)
        rotate(lane)
        lane.close()
    proxy()
    leaks()


if __name__ == "__main__":
    main()
