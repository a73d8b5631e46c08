"""What the overview costs over many stored orders, and what a case page costs: p50 and p95, beside a probe.

    .venv/bin/python bench/console.py [ORDERS]

Lists and counts are written straight into their tables, as checkout would have left them: a million checkouts would
measure checkout. The cases are those of the demo. The probe is `GET /healthz` of the same server.
Goals: overview over 1,000,000 orders, p95 <= 200 ms; case page, p95 <= 100 ms.
"""

import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import httpx

from running import Server
from sealane.app import open_lane
from sealane.model.ids import new_id
from sealane.storage.database import Transaction

ORDERS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
DAYS = 90
DAY_US = 86_400_000_000
ROUNDS = 60
DEMO_SECONDS = 90
"""What the demo takes to bring its orders; measured while they come, the pages would wait for them."""
FROM = ("CN", "CN", "CN", "DE", "US", "GB", "KR", "JP", "PL", "FR")
TO = ("DE", "FR", "US", "GB", "ES", "PT", "BR", "PL", "IT", "NL", "AU", "CA")
OUTCOMES = ("approve",) * 96 + ("review", "review", "decline", "challenge")
PAGES = (
    *(f"/console?range={name}" for name in ("24h", "7d", "30d", "all")),
    "/console/live?range=30d",
    "/console/grades",
    "/console/incidents",
    "/console/interchange",
)
LINE = "INSERT INTO order_lines VALUES (?, ?, 'mer_bench', ?, ?, 12990, 'EUR', ?, ?, 'checkout', ?, 0.01, ?)"


def lines(now_us: int, totals: Counter[Any], truths: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield rows of orders over the last 90 days, and count them."""
    chance = random.Random(9)
    for number in range(ORDERS):
        at = now_us - (ORDERS - number) * DAYS * DAY_US // ORDERS
        lane, outcome = (chance.choice(FROM), chance.choice(TO)), chance.choice(OUTCOMES)
        order_id = new_id("ord")
        totals[at // DAY_US, *lane, outcome] += 1
        if chance.random() < 0.01:
            truths.append((at, order_id, chance.choice(("fraud", "genuine"))))
        yield at, order_id, f"SO-{number}", at, *lane, outcome, at


def fill(folder: Path) -> None:
    """Store the orders."""
    totals: Counter[Any] = Counter()
    truths: list[Any] = []

    def flow(tx: Transaction) -> None:
        for row in lines(time.time_ns() // 1_000, totals, truths):
            tx.insert(LINE, row)
        for row in truths:
            tx.insert("INSERT INTO order_truths VALUES (?, ?, ?)", row)
        for key, orders in totals.items():
            tx.insert("INSERT INTO lane_totals VALUES (?, ?, ?, ?, ?)", (*key, orders))

    with open_lane(folder) as lane:
        lane.rooms.database.run(flow)


def signed_in(server: Server) -> None:
    """Give the client a session of the operator."""
    bearer = {"authorization": f"Bearer {server.operator_key}"}
    token = server.client.post("/console/links", headers=bearer).json()["link"].partition("token=")[2]
    page = server.client.get("/console/signin", params={"token": token}).text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    server.client.post("/console/signin", data={"csrf": found[1], "token": token})


def timed(client: httpx.Client, *paths: str) -> list[float]:
    """Return the milliseconds of each call to the paths in turn, shortest first."""
    spent = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        client.get(paths[number % len(paths)]).raise_for_status()
        spent.append((time.perf_counter() - start) * 1_000)
    return sorted(spent)


def tell(name: str, spent: list[float], probe: float) -> None:
    p50, p95 = spent[ROUNDS // 2], spent[int(ROUNDS * 0.95)]
    print(f"{name:28} p50 {p50:7.1f} ms   p95 {p95:7.1f} ms   {p50 / probe:6.1f} x the probe")


def cases(folder: Path) -> None:
    """Measure the pages of the demo's cases, once the demo has brought its orders."""
    with Server(folder, "--demo") as server:
        signed_in(server)
        time.sleep(DEMO_SECONDS)
        waiting = server.client.get("/console/review.json").json()["items"]
        pages = [f"/console/review/{each['case_id']}" for each in waiting]
        probe = timed(server.client, "/healthz")[ROUNDS // 2]
        tell(f"{len(pages)} case pages", timed(server.client, *pages), probe)


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="sealane-console-")) / "lane"
    fill(folder)
    with Server(folder) as server:
        signed_in(server)
        probe = timed(server.client, "/healthz")[ROUNDS // 2]
        print(f"{ORDERS:,} orders; probe GET /healthz p50 {probe:.2f} ms")
        for path in PAGES:
            tell(path, timed(server.client, path), probe)
    cases(folder.parent / "demo")


if __name__ == "__main__":
    main()
