"""kill -9 under load, again and again: nothing acknowledged is lost, nothing is there twice, the log is whole."""

import json
import subprocess
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

from orders import order
from running import SEALANE, Server

SENDERS = 8
SHOWN = 5


class Load:
    """Senders that repeat each order until it is acknowledged, as a careful merchant would."""

    def __init__(self, server: Server, key: str, round_: int) -> None:
        self.server, self.key, self.round = server, key, round_
        self.acknowledged: dict[str, str] = {}
        self.stop = threading.Event()
        self.threads = [threading.Thread(target=self._send, args=(n,)) for n in range(SENDERS)]

    def _send(self, sender: int) -> None:
        count = 0
        while not self.stop.is_set():
            reference = f"R{self.round}-{sender}-{count}"
            try:
                answer = self.server.post("/v1/orders", order(reference), self.key)
            except httpx.TransportError:
                return
            if answer.status_code == 201:
                self.acknowledged[reference] = answer.json()["order_id"]
            count += 1


def crash_repeatedly(folder: Path, times: int) -> None:
    server = Server(folder).start()
    shop = server.party("merchant")
    acknowledged: dict[str, str] = {}
    for round_ in range(times):
        load = Load(server, shop["api_key"], round_)
        for thread in load.threads:
            thread.start()
        load.stop.wait(0.15 + 0.05 * (round_ % 5))
        server.cut_power()
        load.stop.set()
        for thread in load.threads:
            thread.join(30)
        server.reconnect()
        acknowledged |= load.acknowledged
        server.start()
    try:
        check_all(server, shop["api_key"], acknowledged, least=10 * times)
    finally:
        server.stop()


def check_all(server: Server, key: str, acknowledged: dict[str, str], *, least: int) -> None:
    stored = every_order(server, key)
    references = Counter(line["reference"] for line in stored)
    assert len(acknowledged) >= least, "there was load"
    assert not [reference for reference, count in references.items() if count > 1], "no order is there twice"
    by_reference = {line["reference"]: line["order_id"] for line in stored}
    assert {r: by_reference.get(r) for r in acknowledged} == acknowledged, "nothing acknowledged is lost"
    for reference in list(acknowledged)[::50]:
        again = server.post("/v1/orders", order(reference), key)
        assert again.json()["order_id"] == acknowledged[reference]
    ids = list(acknowledged.values())
    prove_some(server, key, ids[:: max(1, len(ids) // SHOWN)])


def every_order(server: Server, key: str) -> list[dict[str, str]]:
    lines: list[dict[str, str]] = []
    cursor = ""
    while True:
        page = server.get(f"/v1/orders?limit=200{cursor}", key).json()
        lines += page["items"]
        if not page["next_cursor"]:
            return lines
        cursor = f"&cursor={page['next_cursor']}"


def prove_some(server: Server, key: str, orders: list[str]) -> None:
    for order_id in orders:
        command = [SEALANE, "order", "show", order_id, "--json", "--data-dir", str(server.folder)]
        assert json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["order_id"] == order_id
        assert server.get(f"/v1/orders/{order_id}", key).status_code == 200
    checkpoint = subprocess.run(
        [SEALANE, "log", "checkpoint", "--json", "--data-dir", str(server.folder)], check=True, capture_output=True
    )
    assert json.loads(checkpoint.stdout)["size"] > 0


def test_twenty_power_cuts_under_load(tmp_path: Path) -> None:
    crash_repeatedly(tmp_path / "lane", 20)


@pytest.mark.soak
def test_a_thousand_power_cuts_under_load(tmp_path: Path) -> None:
    crash_repeatedly(tmp_path / "lane", 1_000)
