"""The shield through its doors: the API, the page and the command line give one answer, and none of them keeps it."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orders import order
from running import SEALANE, Server

NUMBER = "RB123456785GB"
CANARY = "canary-7f3a9c"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"SEALANE_PUBLIC_RATE_PER_SECOND": "1000"}
    with Server(tmp_path_factory.mktemp("shield") / "lane", environment=limits) as running:
        shop = running.party("merchant")
        placed = running.post("/v1/orders", order(consignments__0__tracking_number=NUMBER), shop["api_key"])
        assert placed.status_code == 201
        yield running


@pytest.mark.parametrize(
    ("text", "kind", "verdict", "brand"),
    [
        ("https://www.dhl.com/track", "link", "official", "dhl"),
        ("https://dhl-parcel-fee.top/pay", "link", "dangerous", "dhl"),
        ("some-lamp-shop.com", "shop", "unknown", None),
        (NUMBER, "tracking_number", "genuine", None),
        ("RB123456799GB", "tracking_number", "unknown", None),
        (f"Royal Mail: {NUMBER} comes tomorrow. https://www.royalmail.com/track", "message", "genuine", "royal-mail"),
        ("Royal Mail: pay the fee at https://royalmail-fee.top", "message", "dangerous", "royal-mail"),
    ],
)
def test_anybody_may_ask_without_a_key(server: Server, text: str, kind: str, verdict: str, brand: str | None) -> None:
    answer = server.post("/v1/check", {"text": text})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["kind"], body["verdict"], body["brand"]) == (kind, verdict, brand)
    assert all(set(reason) == {"code", "text"} for reason in body["reasons"])
    assert body["reasons"]
    assert 1 <= len(body["advice"]) <= 3


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": 1}, {"text": "a", "more": 1}, b"{"])
def test_what_is_no_question_is_refused(server: Server, body: object) -> None:
    assert server.post("/v1/check", body).status_code in {400, 422}


def test_a_megabyte_is_answered_or_refused_at_once(server: Server) -> None:
    server.post("/v1/check", {"text": "parcel"})
    for size, status in ((1_000_000, 200), (2_000_000, 413)):
        began = time.perf_counter()
        answer = server.post("/v1/check", {"text": "a" * size})
        assert answer.status_code == status
        assert time.perf_counter() - began < 5


def test_nothing_that_was_asked_is_kept(server: Server) -> None:
    text = f"DHL parcel {CANARY} https://{CANARY}.top"
    assert server.post("/v1/check", {"text": text}).status_code == 200
    assert server.client.post("/check", data={"text": text}).status_code == 200
    time.sleep(1)
    kept = [path for path in server.folder.rglob("*") if path.is_file() and CANARY.encode() in path.read_bytes()]
    assert not kept
    assert CANARY not in server.output.read_text()


def run(*arguments: str, folder: Path | None = None, stdin: str = "") -> tuple[int, str]:
    command = [SEALANE, *arguments, *(["--data-dir", str(folder)] if folder else [])]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False, cwd="/")
    return done.returncode, done.stdout


def test_the_command_line_answers_beside_a_running_server(server: Server) -> None:
    code, output = run("check", NUMBER, "--json", folder=server.folder)
    assert (code, json.loads(output)["verdict"]) == (0, "genuine")
    code, output = run("track", NUMBER, "--json", folder=server.folder)
    found = json.loads(output)
    assert code == 0
    assert found["known_order"] is True
    assert {"carrier", "format", "checksum_ok", "confidence"} <= set(found["candidates"][0])


def test_the_command_line_answers_without_a_folder(tmp_path: Path) -> None:
    nowhere = tmp_path / "none"
    code, output = run("check", "https://dhl-fee.top", "--json", folder=nowhere)
    assert (code, json.loads(output)["verdict"]) == (1, "dangerous")
    code, output = run("check", "-", folder=nowhere, stdin="https://www.dhl.com")
    assert code == 0
    assert output.startswith("Official site\n")
    code, output = run("track", "1Z5R89390357567127", folder=nowhere)
    assert (code, "ups\tUPS\tright" in output) == (0, True)
    assert json.loads(run("track", NUMBER, "--json", folder=nowhere)[1])["known_order"] is False
    assert not nowhere.exists()
