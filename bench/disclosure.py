"""What a disclosure costs: deciding, redeeming six fields in the library and over HTTP, each beside a probe of the run.

    .venv/bin/python bench/disclosure.py [ROUNDS] [SUBJECTS]

The first probe is one durable commit of one small row on the same disk: a release waits for that however little work
it is. The second is `GET /healthz` of the same server. Goals: decision <= 2 us; library p99 <= 0.5 ms of work; HTTP
p50 <= 4 ms and p99 <= 15 ms, on a quiet machine of two cores; beside a million other subjects at most 1.5 times that.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from orders import order
from running import Server
from sealane.app import Sealane, open_lane
from sealane.disclosure import FIELDS, Question, mask_of, shipped_policy
from sealane.flows.privacy.disclose import Redemption, redeem
from sealane.flows.privacy.granting import GrantRequest, grant
from sealane.model.party import PartyRequest
from sealane.storage import parties

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
SUBJECTS = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
FIRST_NUMBER = 100_000_000
"""Far above the numbers of the keys that the orders here take."""
SIX = ("name", "street", "unit", "postcode", "city", "phone")


def told(name: str, spent: list[float], probe: float = 0.0) -> float:
    """Print median and 99th percentile in microseconds, and the median as a ratio to a probe; return the median."""
    spent.sort()
    median, tail = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
    ratio = f"   {median / probe:5.2f} x the probe" if probe else ""
    print(f"{name:44} p50 {median:9.1f} us   p99 {tail:9.1f} us{ratio}")
    return median


def timed(work: Callable[[int], object], rounds: int = ROUNDS) -> list[float]:
    """Return the microseconds of each round."""
    spent = []
    for number in range(rounds):
        began = time.perf_counter()
        work(number)
        spent.append((time.perf_counter() - began) * 1e6)
    return spent


def decisions() -> None:
    policy = shipped_policy().at(time.time_ns() // 1000)
    question, corridor, asked = Question("deliver", "last-mile"), policy.corridor("CN", "PT", "card"), mask_of(FIELDS)
    best = min(
        sum(timed(lambda _: policy.decide(("carrier",), question, corridor, asked), 20_000)) / 20_000 for _ in range(5)
    )
    print(f"{'decision, all fields, with the clock':44} {best:9.2f} us")


def crowd(folder: Path) -> None:
    """Put other subjects into a closed folder: a row in each table and file that a release looks into."""
    numbers = range(FIRST_NUMBER, FIRST_NUMBER + SUBJECTS)
    with closing(sqlite3.connect(folder / "sealane.db")) as data, data:
        subjects = ((n, f"sub_{n:026}", "mer_1", n.to_bytes(16), 0, 1) for n in numbers)
        data.executemany("INSERT INTO vault_subject VALUES (?, ?, ?, ?, ?, ?)", subjects)
        body = os.urandom(600)
        records = ((f"rec_{n * 7919 % 10**9:026}", f"sub_{n:026}", body) for n in numbers)
        data.executemany("INSERT OR IGNORE INTO vault_record VALUES (?, ?, ?)", records)
    with closing(sqlite3.connect(folder / "vault-keys.db")) as keys, keys:
        rows = ((n, "pii", 1, body[:61], "mer_1") for n in numbers)
        keys.executemany("INSERT INTO data_key VALUES (?, ?, ?, ?, ?)", rows)


def library(lane: Sealane) -> None:
    rooms, merchant = lane.rooms, lane.merchant("Local merchant")
    run = rooms.database.run
    carrier = run(lambda tx: parties.add(tx, PartyRequest("Fast Wings", ("carrier",), "PT"), os.urandom(32)))
    placed = lane.place(order())
    request = GrantRequest(
        party_id=carrier.party_id, purpose="deliver", order=placed.order_id, leg="last-mile", fields=SIX
    )
    grants = [run(lambda tx: grant(rooms, merchant, request, tx)).grant for _ in range(ROUNDS)]
    probe = told(
        "probe: one durable row", timed(lambda n: run(lambda tx: rooms.disclosure.mark_canary(tx, f"sub_{n}")))
    )
    secrets = [rooms.disclosure.secret(each) for each in grants]
    work: list[float] = []

    def flow(secret: str, tx: Any) -> object:
        began = time.thread_time()
        done = redeem(rooms, Redemption(carrier, rooms.disclosure.grant(tx, secret)), tx)
        work.append((time.thread_time() - began) * 1e6)
        return done

    told("redeem 6 fields, durable, with receipt", timed(lambda n: run(lambda tx: flow(secrets[n], tx))), probe)
    told("  of it the CPU time of the flow", work)


def http(server: Server) -> None:
    shop, carrier = server.party("merchant"), server.party("carrier")
    placed = server.post("/v1/orders", order(), shop["api_key"]).json()
    body = {"order": placed["order_id"], "party_id": carrier["party_id"], "purpose": "deliver", "leg": "last-mile"}
    body["fields"] = list(SIX)
    grants = [server.post("/v1/grants", body, shop["api_key"]).json()["grant_id"] for _ in range(ROUNDS)]
    probe = told("probe: GET /healthz", timed(lambda _: server.get("/healthz")))
    told(
        "POST /v1/grants/{id}/redeem, 6 fields",
        timed(lambda n: server.post(f"/v1/grants/{grants[n]}/redeem", b"", carrier["api_key"])),
        probe,
    )


if __name__ == "__main__":
    decisions()
    with tempfile.TemporaryDirectory() as folder:
        with open_lane(Path(folder) / "lane") as lane:
            library(lane)
        crowd(Path(folder) / "lane")
        print(f"beside {SUBJECTS:,} other subjects:")
        with open_lane(Path(folder) / "lane") as lane:
            library(lane)
        with Server(Path(folder) / "served") as server:
            http(server)
