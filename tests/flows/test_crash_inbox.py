"""kill -9 between receiving a webhook and acknowledging it: nothing acknowledged is lost, nothing has two effects."""

import sqlite3
import threading
import time
from pathlib import Path

import httpx
import pytest

from orders import order
from running import Server
from webhooks import SECRETS, examples, send

SENDERS = 4
AT_LEAST = 15
"""Events that are acknowledged before each power cut."""
LIMITS = {"SEALANE_RATE_PER_SECOND": "100000", "SEALANE_RATE_BURST": "100000"}


class Source:
    """A PSP that sends each event until it is acknowledged, and remembers what was."""

    def __init__(self, url: str, path: str, reference: str, number: int) -> None:
        self.url, self.path, self.number = url, path, number
        self.document = next(each["body"] for each in examples("stripe") if each["kind"] == "payment.failed_attempt")
        self.document["data"]["object"]["metadata"] = {"order_reference": reference}
        self.acknowledged: dict[str, str] = {}
        self.doubtful: list[str] = []
        self._count = 0

    def run(self, until: threading.Event) -> None:
        """Send what the last power cut left in doubt, then new events, until the server is gone."""
        with httpx.Client(base_url=self.url, timeout=10) as client:
            while not until.is_set():
                if not self.doubtful:
                    self.doubtful.append(f"evt_{self.number}_{self._count}")
                    self._count += 1
                try:
                    self._send(client, self.doubtful[0])
                except httpx.TransportError:
                    return
                self.doubtful.pop()

    def settle(self, client: httpx.Client) -> None:
        """Send what is in doubt until it is acknowledged."""
        for name in self.doubtful:
            self._send(client, name)
        self.doubtful.clear()

    def again(self, client: httpx.Client) -> set[str]:
        """Send everything acknowledged once more and return what is said of it."""
        return {self._state(client, name) for name in self.acknowledged}

    def _send(self, client: httpx.Client, name: str) -> None:
        self.acknowledged[name] = self._state(client, name)

    def _state(self, client: httpx.Client, name: str) -> str:
        body, headers, _ = send("stripe", {**self.document, "id": name})
        answer = client.post(self.path, content=body, headers={"Content-Type": "application/json"} | headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["events"][0]["state"])


def crash(folder: Path, times: int) -> None:
    server = Server(folder, environment=LIMITS).start()
    shop, asked = server.party("merchant"), order()
    placed = server.post("/v1/orders", asked, shop["api_key"]).json()["order_id"]
    made = {"source": "stripe", "secret": SECRETS["stripe"]}
    path = server.post("/v1/inbox-endpoints", made, shop["api_key"]).json()["path"]
    sources = [Source(server.url, path, asked["reference"], number) for number in range(SENDERS)]
    for round_ in range(times):
        over = threading.Event()
        threads = [threading.Thread(target=each.run, args=(over,)) for each in sources]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while sum(len(each.acknowledged) for each in sources) < AT_LEAST * (round_ + 1) and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(0.003 * (round_ % 7))
        server.kill()
        over.set()
        for thread in threads:
            thread.join(30)
        server.start()
    try:
        check(server, sources, placed, least=AT_LEAST * times)
    finally:
        server.stop()


def check(server: Server, sources: list[Source], order_id: str, *, least: int) -> None:
    for source in sources:
        source.settle(server.client)
        assert source.again(server.client) == {"duplicate"}, "nothing acknowledged is lost"
    sent = sorted(name for source in sources for name in source.acknowledged)
    assert len(sent) >= least, "there was load"
    with sqlite3.connect(f"file:{server.folder}/sealane.db?mode=ro", uri=True) as database:
        messages = database.execute("SELECT source_event_id, event_id, state FROM inbox_messages").fetchall()
        events = {row[0] for row in database.execute("SELECT event_id FROM events WHERE order_id = ?", (order_id,))}
    database.close()
    assert sorted(name for name, _, _ in messages) == sent, "nothing is there twice"
    assert {state for _, _, state in messages} == {"confirmed"}
    assert sorted(event_id for _, event_id, _ in messages) == sorted(events), "each has one effect"
    assert int(server.get("/log/checkpoint").text.splitlines()[1]) >= 0
    assert server.get("/readyz").status_code == 200


def test_34_power_cuts_lose_and_double_no_webhook(tmp_path: Path) -> None:
    crash(tmp_path / "lane", 3)


@pytest.mark.soak
def test_34_a_hundred_power_cuts_lose_and_double_no_webhook(tmp_path: Path) -> None:
    crash(tmp_path / "lane", 100)
