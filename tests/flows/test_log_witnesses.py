"""The log end to end: witnesses cosign it, a monitor follows it, fields open alone, reports stay sealed."""

import json
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

import sealane
from orders import order
from running import SEALANE, Server
from witnessing import WitnessProcess, start_witness

pytestmark = pytest.mark.usefixtures("_elsewhere")


class Scene(NamedTuple):
    server: Server
    witnesses: list[WitnessProcess]
    key: Path
    shop: dict[str, str]

    @property
    def trusted(self) -> list[str]:
        return [part for witness in self.witnesses for part in ("--witness", witness.vkey)]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    root = tmp_path_factory.mktemp("witnessed")
    with sealane.open(root / "lane"):
        key = root / "lane" / "log" / "log.vkey"
    with ThreadPoolExecutor() as pool:
        witnesses = list(pool.map(lambda name: start_witness(root / name, key, f"{name}.example"), ("w0", "w1", "w2")))
    named = ", ".join(f"{witness.url} {witness.vkey}" for witness in witnesses)
    environment = {"SEALANE_LOG_WITNESSES": named, "SEALANE_LOG_QUORUM": "2"}
    with Server(root / "lane", environment=environment) as server:
        assert server.get("/audit").text.count("no entry yet") == 1
        yield Scene(server, witnesses, key, server.party("merchant"))
    with ThreadPoolExecutor() as pool:
        assert list(pool.map(WitnessProcess.stop, witnesses)) == [0, 0, 0]


@pytest.fixture
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def place(scene: Scene) -> dict[str, str]:
    answer = scene.server.post("/v1/orders", order(), scene.shop["api_key"])
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([SEALANE, "log", *arguments], capture_output=True, text=True, check=False)


def test_a_proof_is_cosigned_and_checked_offline(scene: Scene, tmp_path: Path) -> None:
    entry = place(scene)["log_entry"]
    bundle = scene.server.get(f"/v1/log/entries/{entry}/proof", scene.shop["api_key"])
    (tmp_path / "entry.json").write_bytes(bundle.content)
    checked = run("verify", "entry.json", "--key", scene.key, *scene.trusted, "--quorum", "2", "--json")
    assert checked.returncode == 0, checked.stderr
    assert len(json.loads(checked.stdout)["witnesses"]) >= 2
    stranger = start_witness(tmp_path / "other", scene.key, "other.example")
    stranger.stop()
    missed = run("verify", "entry.json", "--key", scene.key, "--witness", stranger.vkey)
    assert (missed.returncode, "must have cosigned" in missed.stderr) == (1, True)
    cosigned = scene.server.get("/log/checkpoint.cosigned")
    assert (cosigned.status_code, cosigned.headers["content-type"]) == (200, "text/plain; charset=utf-8")


def test_one_field_is_opened_alone_and_proven(scene: Scene, tmp_path: Path) -> None:
    placed = place(scene)
    entry, lane = placed["log_entry"], scene.server.folder
    opened = run("open", entry, "--field", "outcome", "--data-dir", lane, "--out", "outcome.json")
    assert opened.returncode == 0, opened.stderr
    checked = run("verify", "outcome.json", "--key", scene.key, "--json")
    document = json.loads(checked.stdout)
    assert (document["entry_id"], document["field"]) == (entry, "outcome")
    assert document["value"] == placed["decision"]["outcome"]  # type: ignore[index]
    text = (tmp_path / "outcome.json").read_text()
    assert str(placed["decision"]["score"]) not in text  # type: ignore[index]
    (tmp_path / "outcome.json").write_text(text.replace('"field":"outcome"', '"field":"verdict"'))
    assert run("verify", "outcome.json", "--key", scene.key).returncode == 1
    missing = run("open", entry, "--field", "name", "--data-dir", lane)
    assert (missing.returncode, "content, outcome, score, stage" in missing.stderr) == (1, True)


def test_a_monitor_follows_over_http_and_on_the_disk(scene: Scene, tmp_path: Path) -> None:
    for _ in range(2):
        place(scene)
        time.sleep(1.2)
        watched = run("watch", scene.server.url, "--key", scene.key, "--json", *scene.trusted, "--quorum", "2")
        assert watched.returncode == 0, watched.stderr
    assert json.loads(watched.stdout)["size"] >= 2
    assert run("watch", scene.server.folder, "--view", "second").returncode == 0
    assert run("watch", "http://127.0.0.1:9", "--key", scene.key).returncode == 3
    copy = shutil.copytree(scene.server.folder / "log", tmp_path / "copy")
    path = max(copy.glob("tile/entries/000.p/*"), key=lambda each: int(each.name))
    data = path.read_bytes()
    path.write_bytes(data.replace(b"order.decided", b"order.changed", 1))
    spoiled = run("watch", copy, "--view", "third")
    assert (spoiled.returncode, "first entry under it 0" in spoiled.stderr) == (1, True), spoiled.stderr


def test_the_audit_page_says_what_to_type_and_it_works(scene: Scene, tmp_path: Path) -> None:
    place(scene)
    time.sleep(1.2)
    page = scene.server.get("/audit")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "w0.example" in page.text
    assert re.search(r"entries cosigned · signed \d+ s ago", page.text), "a witness's line tells its age"
    commands = [unescape(part.split("</pre>")[0].split(">", 1)[1]) for part in page.text.split("<pre ")[2:]]
    assert len(commands) == 4
    environment = {"PATH": f"{Path(SEALANE).parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    for command in commands:
        ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False, env=environment)
        assert ran.returncode == 0, (command, ran.stderr)
        if "verify" in command:
            assert "The proof holds" in ran.stderr
    for name in ("ent_01kan6k3zw8t5q1r9v0m2c4d7e", "ent_x"):
        assert scene.server.get(f"/audit/entries/{name}").status_code == 404


def test_a_report_is_silent_for_the_shopper_and_open_to_the_authority(scene: Scene, tmp_path: Path) -> None:
    server, placed = scene.server, place(scene)
    made = run("authority-key", "--out", "authority.key")
    body = {"name": "FIU", "roles": ["authority"], "country": "PT", "public_keys": [json.loads(made.stdout)]}
    authority = server.post("/v1/parties", body, server.operator_key).json()
    report = {"order": placed["order_id"], "authority": authority["party_id"], "text": "Layering through parcels."}
    before = server.get(f"/v1/orders/{placed['order_id']}/timeline", scene.shop["api_key"]).json()
    answer = server.post("/v1/suspicions", report, scene.shop["api_key"])
    assert answer.status_code == 201, answer.text
    entry = answer.json()["log_entry"]
    (tmp_path / "report.txt").write_text("A second one.")
    told = run("report-suspicion", "report.txt", "--order", placed["order_id"], "--authority", authority["party_id"],
               "--data-dir", server.folder)  # fmt: skip
    assert told.returncode == 0, told.stderr
    listed = server.get("/v1/suspicions?limit=1", authority["api_key"]).json()
    assert listed["items"] == [{"log_entry": entry}]
    rest = server.get(f"/v1/suspicions?cursor={listed['next_cursor']}", authority["api_key"]).json()
    assert rest["items"] == [{"log_entry": told.stdout.strip()}]
    (tmp_path / "sealed.json").write_bytes(server.get(f"/v1/suspicions/{entry}", authority["api_key"]).content)
    unsealed = run("unseal", "sealed.json", "--key", scene.key, "--secret", "authority.key")
    assert json.loads(unsealed.stdout)["text"] == report["text"]
    assert server.get(f"/v1/orders/{placed['order_id']}/timeline", scene.shop["api_key"]).json() == before
    assert server.get(f"/v1/suspicions/{entry}", scene.shop["api_key"]).status_code == 403
    other = server.post("/v1/parties", {**body, "name": "Other"}, server.operator_key).json()
    assert server.get(f"/v1/suspicions/{entry}", other["api_key"]).status_code == 404
    leaves = b"".join(path.read_bytes() for path in (server.folder / "log" / "tile" / "entries").rglob("*.*/*"))
    assert b"suspicion" not in leaves
    with closing(sqlite3.connect(server.folder / "sealane.db")) as connection:
        dump = "\n".join(connection.iterdump()).encode()
    assert b"Layering" not in dump


@pytest.mark.parametrize(
    ("change", "status"),
    [({"order": "ord_01kan6k3zvhw4m8s2f6g0j1k3n"}, 404), ({"authority": "pty_x"}, 422), ({"text": ""}, 422),
     ({"text": "4111 1111 1111 1111"}, 422), ({"subject": "x"}, 422)],
)  # fmt: skip
def test_reports_that_cannot_be_meant_are_refused(scene: Scene, change: dict[str, str], status: int) -> None:
    made = json.loads(run("authority-key", "--out", "authority.key").stdout)
    body = {"name": "FIU", "roles": ["authority"], "country": "PT", "public_keys": [made]}
    authority = scene.server.post("/v1/parties", body, scene.server.operator_key).json()["party_id"]
    report = {"order": place(scene)["order_id"], "authority": authority, "text": "text", **change}
    assert scene.server.post("/v1/suspicions", report, scene.shop["api_key"]).status_code == status


def test_a_witness_over_http_keeps_to_the_protocol(scene: Scene) -> None:
    witness = scene.witnesses[0]
    with httpx.Client(base_url=witness.url) as client:
        assert client.get("/").text.strip() == witness.vkey
        assert client.get("/add-checkpoint").status_code == 405
        assert client.post("/other").status_code == 404
        assert client.post("/add-checkpoint", content=b"nonsense").status_code == 400
        assert client.post("/add-checkpoint", content=b"x" * (2 << 20)).status_code == 400
        note = scene.server.get("/log/checkpoint").content
        behind = client.post("/add-checkpoint", content=b"old 0\n\n" + note)
        assert (behind.status_code, behind.headers["content-type"]) == (409, "text/x.tlog.size")
        forged = client.post("/add-checkpoint", content=b"old 0\n\n" + note.replace(b"\n\n", b"\nextension\n\n"))
        assert forged.status_code == 403
        elsewhere = client.post("/add-checkpoint", content=b"old 0\n\nelsewhere\n" + note.split(b"\n", 1)[1])
        assert elsewhere.status_code == 404
