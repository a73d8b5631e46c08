"""A whole day through a real server, its time compressed: neither memory nor the time an order takes may grow."""

import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path

import pytest

from orders import event, order
from running import Server

HOURS = 24
GROWTH = 1.5
"""How much more an order of the last quarter may take than one of the second; the first quarter warms up."""
ROUGH_GROWTH = 5.0
BYTES_PER_ORDER = 6_000
"""What an order may leave in memory for good: the cells of its keys."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    environment = {"SEALANE_MODEL": "scorecard", "SEALANE_RATE_PER_SECOND": "100000", "SEALANE_RATE_BURST": "100000"}
    with Server(tmp_path / "lane", environment=environment) as server:
        yield server


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("hourly", [10, pytest.param(1_500, marks=pytest.mark.soak)])
def test_a_day_leaves_no_trace_but_its_orders(server: Server, hourly: int, capsys: pytest.CaptureFixture[str]) -> None:
    key = server.party("merchant")["api_key"]
    began = datetime.now(UTC) - timedelta(hours=HOURS)
    seconds: list[list[float]] = []
    resident: list[int] = []
    for hour in range(HOURS):
        seconds.append([place(server, key, began + timedelta(hours=hour), hour, number) for number in range(hourly)])
        resident.append(resident_bytes(server))
    quarter = HOURS // 4
    early = statistics.median(chain.from_iterable(seconds[quarter : 2 * quarter]))
    late = statistics.median(chain.from_iterable(seconds[-quarter:]))
    grown = (resident[-1] - resident[quarter]) / (hourly * (HOURS - quarter))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{HOURS * hourly} orders in a day: median {early * 1e3:.1f} ms in its second quarter and"
            f" {late * 1e3:.1f} ms in its last; {resident[quarter] / 2**20:.0f} MiB and {resident[-1] / 2**20:.0f} MiB,"
            f" {grown:.0f} bytes an order"
        )
    is_whole = hourly * HOURS > 10_000  # below that, other work on the machine and the allocator's stock outweigh it
    assert late < early * (GROWTH if is_whole else ROUGH_GROWTH)
    assert grown < BYTES_PER_ORDER or not is_whole


def place(server: Server, key: str, at: datetime, hour: int, number: int) -> float:
    """Place an order, tell what becomes of it, and return the seconds that its decision took."""
    shopper = f"a-{(hour * 31 + number) % 400}"
    moment = (at + timedelta(seconds=number)).isoformat()
    body = order(
        reference=f"SO-{hour}-{number}",
        placed_at=moment,
        observed_at=moment,
        shopper={"account": shopper, "email": f"{shopper}@example.com"},
    )
    began = time.perf_counter()
    answer = server.post("/v1/orders", body, key)
    took = time.perf_counter() - began
    assert answer.status_code == 201, answer.text
    if number % 5 == 0:
        told = event("payment.captured", at=moment, order=answer.json()["order_id"])
        assert server.post("/v1/events", told, key).status_code == 201
    return took


def resident_bytes(server: Server) -> int:
    status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS:")).split()[1]) * 1024
