"""The published log over HTTP: static, public, cacheable, and enough to check everything without us."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from orders import order
from running import SEALANE, Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(tmp_path_factory.mktemp("log") / "lane") as running:
        yield running


@pytest.fixture(scope="module")
def entry(server: Server) -> str:
    shop = server.party("merchant")
    answers = [server.post("/v1/orders", order(), shop["api_key"]) for _ in range(5)]
    return str(answers[-1].json()["log_entry"])


def checkpoint(server: Server, size: int) -> httpx.Response:
    """Return the first checkpoint that covers so many entries; it comes within a second."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        answer = server.get("/log/checkpoint")
        if answer.status_code == 200 and int(answer.text.split("\n")[1]) >= size:
            return answer
        time.sleep(0.1)
    raise AssertionError("no checkpoint")


def test_the_checkpoint_is_text_that_soon_changes(server: Server, entry: str) -> None:
    answer = checkpoint(server, 5)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert answer.text.split("\n\n")[1].startswith("\u2014 "), "a signature line follows"


def test_tiles_are_bytes_that_never_change(server: Server, entry: str) -> None:
    size = int(checkpoint(server, 5).text.split("\n")[1])
    tile = server.get(f"/log/tile/0/000.p/{size}")
    assert (tile.status_code, len(tile.content)) == (200, 32 * size)
    assert tile.headers["content-type"] == "application/octet-stream"
    assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
    bundle = server.get(f"/log/tile/entries/000.p/{size}")
    assert entry.encode() in bundle.content
    assert server.get("/log/tile/0/000").status_code == 404, "the tile is not full yet"


def test_any_party_gets_the_proof_of_any_entry_and_can_check_it_alone(
    server: Server, entry: str, tmp_path: Path
) -> None:
    carrier = server.party("carrier")
    answer = server.get(f"/v1/log/entries/{entry}/proof", carrier["api_key"])
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    bundle = tmp_path / "bundle.json"
    bundle.write_bytes(answer.content)
    command = [SEALANE, "log", "verify", str(bundle), "--key", str(server.folder / "log" / "log.vkey")]
    assert subprocess.run(command, check=False).returncode == 0


def test_there_is_no_proof_of_what_is_not_there(server: Server, entry: str) -> None:
    shop = server.party("merchant")
    for name in ("ent_01kan6k3zw8t5q1r9v0m2c4d7e", "ent_x", entry + "0"):
        assert server.get(f"/v1/log/entries/{name}/proof", shop["api_key"]).status_code == 404
