"""SIGTERM under load: everything that was acknowledged is there, nothing twice, and the log covers all of it."""

import threading
import time
from pathlib import Path

import httpx

from orders import order
from running import Server

CALLERS = 8
LOADED_SECONDS = 1.0


def test_an_end_under_load_loses_nothing(tmp_path: Path) -> None:
    server = Server(tmp_path / "lane", environment={"SEALANE_RATE_PER_SECOND": "100000"}).start()
    key = server.party("merchant")["api_key"]
    acknowledged: dict[str, dict[str, str]] = {}
    ended = threading.Event()

    def send(caller: int) -> None:
        with httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=30) as client:
            number = caller
            while not ended.is_set():
                try:
                    answer = client.post("/v1/orders", json=order(reference=f"SO-{number}"))
                except httpx.TransportError:
                    return
                if answer.status_code == 201:
                    acknowledged[f"SO-{number}"] = answer.json()
                number += CALLERS

    threads = [threading.Thread(target=send, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    time.sleep(LOADED_SECONDS)
    assert server.stop() == 0
    ended.set()
    for thread in threads:
        thread.join()
    assert "everything accepted is stored" in server.output.read_text()
    assert len(acknowledged) > CALLERS

    with Server(tmp_path / "lane", environment={"SEALANE_RATE_PER_SECOND": "100000"}) as again:
        stored: dict[str, str] = {}
        cursor: str | None = ""
        while cursor is not None:
            page = again.get(f"/v1/orders?limit=200{f'&cursor={cursor}' if cursor else ''}", key).json()
            for item in page["items"]:
                assert item["reference"] not in stored
                stored[item["reference"]] = item["order_id"]
            cursor = page["next_cursor"]
        assert {reference: given["order_id"] for reference, given in acknowledged.items()}.items() <= stored.items()
        last = acknowledged[max(acknowledged, key=lambda reference: int(reference[3:]))]
        assert again.get(f"/v1/log/entries/{last['log_entry']}/proof", key).status_code == 200
