"""Erasure, holds, keys and the card proxy through a real server, and backups that are put back."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

import commands
from commands import Ran
from orders import order
from psp import PspStandIn
from running import Server
from sealane.app import Sealane
from sealane.model.errors import Erased
from sealane.settings import Settings

QUICK = "scorecard"
"""A model that is loaded at once; nothing here depends on what it says."""


@pytest.fixture(scope="module")
def psp() -> Iterator[PspStandIn]:
    with PspStandIn() as stand_in:
        yield stand_in


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, psp: PspStandIn) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("erasure") / "lane"
    with Server(folder, environment={"SEALANE_PROXY_HOSTS": psp.host, "SEALANE_MODEL": QUICK}) as running:
        yield running


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALANE_MODEL", QUICK)


@pytest.fixture(scope="module")
def shop(server: Server) -> dict[str, str]:
    return server.party("merchant")


def place(server: Server, key: str, **changes: Any) -> dict[str, Any]:
    answer = server.post("/v1/orders", order(**changes), key)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def run(*arguments: str, folder: Path) -> Ran:
    return commands.run(*arguments, "--data-dir", str(folder))


def test_erasing_gives_a_receipt_that_is_on_the_log(server: Server, shop: dict[str, str]) -> None:
    placed = place(server, shop["api_key"], shopper__account="gone-1")
    path = f"/v1/subjects/{placed['subject_id']}/erasure"
    assert server.get(path, shop["api_key"]).status_code == 404
    receipt = server.post(path, b"", shop["api_key"])
    assert receipt.status_code == 200, receipt.text
    document = receipt.json()
    assert document["kind"] == "erasure"
    assert document["gone"]
    assert all(stays["why"] for stays in document["stays"])
    assert server.post(path, b"", shop["api_key"]).json() == document, "a second wish gets the same receipt"
    assert server.get(path, server.operator_key).json() == document
    assert server.get(f"/v1/log/entries/{document['log_entry']}/proof", shop["api_key"]).status_code == 200
    assert place(server, shop["api_key"], shopper__account="gone-1")["subject_id"] != placed["subject_id"]
    event = {"id": "e-gone", "kind": "consignment.delivered", "occurred_at": "2026-11-22T11:00:00Z",
             "order": placed["order_id"], "attributes": {"signature": "A. Silva"}}  # fmt: skip
    refused = server.post("/v1/events", event, shop["api_key"])
    assert refused.status_code == 410
    assert refused.json()["code"] == "erased"


def test_a_stranger_cannot_erase_and_cannot_tell_that_there_is_anything(server: Server, shop: dict[str, str]) -> None:
    subject_id = place(server, shop["api_key"], shopper__account="stays")["subject_id"]
    other = server.party("merchant", name="Other")
    for who in (other["api_key"],):
        for path in (f"/v1/subjects/{subject_id}/erasure", "/v1/subjects/sub_01kan6k3zw8t5q1r9v0m2c4d7e/erasure"):
            assert server.post(path, b"", who).status_code == 404
    assert server.post(f"/v1/subjects/{subject_id}/erasure", b"").status_code == 401


def test_a_hold_refuses_with_its_law_until_it_is_lifted(server: Server, shop: dict[str, str]) -> None:
    subject_id = place(server, shop["api_key"], shopper__account="held")["subject_id"]
    holds = f"/v1/subjects/{subject_id}/holds"
    assert server.post(holds, {"law": "x", "reason": "y"}, shop["api_key"]).status_code == 403
    made = server.post(holds, {"law": "HGB section 257", "reason": "audit"}, server.operator_key)
    assert made.status_code == 201, made.text
    refused = server.post(f"/v1/subjects/{subject_id}/erasure", b"", shop["api_key"])
    assert (refused.status_code, refused.json()["code"]) == (409, "legal-hold")
    assert "HGB section 257" in refused.json()["detail"]
    head = {"Authorization": f"Bearer {server.operator_key}"}
    assert server.client.delete(f"/v1/holds/{made.json()['hold_id']}", headers=head).status_code == 200
    assert server.get(holds, shop["api_key"]).json()["items"][0]["lifted_at"]
    assert server.post(f"/v1/subjects/{subject_id}/erasure", b"", shop["api_key"]).status_code == 200


def test_the_proxy_pays_with_a_card_that_nobody_sees(server: Server, shop: dict[str, str], psp: PspStandIn) -> None:
    number = "4242424242424242"
    card = {"number": number, "expiry_month": 12, "expiry_year": 2030, "holder": "Ana Silva", "cvc": "917"}
    made = server.post("/v1/cards", card, shop["api_key"])
    assert made.status_code == 201, made.text
    token = made.json()["token"]
    body = f'{{"number": "{{{{{token}.number}}}}", "cvc": "{{{{{token}.cvc}}}}"}}'
    call = {"url": f"{psp.host}/v1/charges", "headers": {"content-type": "application/json"}, "body": body}
    answer = server.post("/v1/proxy", call, shop["api_key"])
    assert answer.status_code == 200, answer.text
    assert psp.seen[-1][2] == b'{"number": "4242424242424242", "cvc": "917"}'
    assert answer.json()["body"] == body
    assert server.get(f"/v1/log/entries/{answer.json()['log_entry']}/proof", shop["api_key"]).status_code == 200
    assert server.post("/v1/proxy", call, shop["api_key"]).status_code == 409, "the security code is used"
    assert server.post("/v1/proxy", call | {"url": "https://evil.example/"}, shop["api_key"]).status_code == 403
    other = server.party("merchant", name="Other shop")
    assert server.post("/v1/proxy", call, other["api_key"]).status_code == 404
    for path in server.folder.rglob("*"):
        if path.is_file():
            assert number.encode() not in path.read_bytes(), path
    assert number not in server.output.read_text()


def test_keys_rotate_through_the_running_server(server: Server, shop: dict[str, str]) -> None:
    placed = place(server, shop["api_key"], shopper__account="rotating")
    before = {(key["use"], key["version"]) for key in server.get("/v1/keys", server.operator_key).json()["keys"]}
    done = run("key", "rotate", "--json", folder=server.folder)
    assert done.returncode == 0, done.stderr
    listed = json.loads(run("key", "list", "--json", folder=server.folder).stdout)
    assert ("kek/pii", 1) in before
    assert listed["is_idle"]
    assert ("kek/pii", 2) in {(key["use"], key["version"]) for key in listed["keys"]}
    assert ("kek/pii", 1) not in {(key["use"], key["version"]) for key in listed["keys"]}
    assert place(server, shop["api_key"], shopper__account="rotating")["subject_id"] == placed["subject_id"]
    assert server.get("/v1/keys", shop["api_key"]).status_code == 403
    with closing(sqlite3.connect(server.folder / "sealane.db")) as connection:
        sql = "SELECT count(*) FROM log_entry WHERE instr(leaf, ?) > 0"
        assert connection.execute(sql, (b'"kind":"key.rotated"',)).fetchone() == (1,)
    wrong = run("key", "rotate", "nothing", folder=server.folder)
    assert wrong.returncode == 2
    root = (server.folder / "root.key").read_text()
    replaced = run("key", "rotate", "root", folder=server.folder)
    assert replaced.returncode == 0, replaced.stderr
    assert (server.folder / "root.key").read_text() != root
    assert not (server.folder / "root.key.next").exists()
    server.kill()
    server.start()
    assert place(server, shop["api_key"], shopper__account="rotating")["subject_id"] == placed["subject_id"]


def test_a_restored_backup_recovers_none_of_the_erased_fields(server: Server, tmp_path: Path) -> None:
    shop = server.party("merchant", name="Restored")
    placed = [place(server, shop["api_key"], shopper__account=f"r-{number}") for number in range(12)]
    made = json.loads(run("backup", "--out", str(tmp_path / "backup"), "--json", folder=server.folder).stdout)
    gone = [each["subject_id"] for each in placed[:8]]
    assert run("subject", "erase", gone[0], "--json", folder=server.folder).returncode == 0
    for subject_id in gone[1:]:
        assert server.post(f"/v1/subjects/{subject_id}/erasure", b"", shop["api_key"]).status_code == 200
    # The second backup is where the restore learns of the erasures, when the folder itself is lost.
    later = run("backup", "--out", str(tmp_path / "backup"), folder=server.folder)
    assert later.returncode == 0, later.stderr
    assert len(list((tmp_path / "backup").iterdir())) == 4, (
        "also within a second, one backup takes nothing from another"
    )
    new = tmp_path / "new"
    new.mkdir(mode=0o700)
    (new / "root.key").write_bytes((server.folder / "root.key").read_bytes())
    (new / "root.key").chmod(0o600)
    done = run("restore", "--data", made["data"], "--keys", made["keys"], "--json", folder=new)
    assert done.returncode == 0, done.stderr
    with Sealane.open(Settings(data_dir=str(new), model=QUICK)) as lane:
        assert recover(lane, gone) == 0
        assert recover(lane, [each["subject_id"] for each in placed[8:]]) == 4
    assert json.loads(done.stdout)["erasures"] >= len(gone)


def recover(lane: Sealane, subjects: list[str]) -> int:
    """Return how many of the subjects' records open with everything that the folder holds, every field of each."""
    opened = 0
    vault = lane.rooms.vault
    with lane.rooms.database.reader() as connection:
        for subject_id in subjects:
            sql = "SELECT record_id FROM vault_record WHERE subject_id = ?"
            for (record_id,) in connection.execute(sql, (subject_id,)).fetchall():
                with suppress(Erased):
                    names = vault.fields(connection, record_id)
                    assert len(vault.reveal(connection, record_id, names, purpose="supervise")) == len(names) > 10
                    opened += 1
    return opened


def test_a_folder_in_use_is_not_restored_over(server: Server, tmp_path: Path) -> None:
    made = json.loads(run("backup", "--out", str(tmp_path / "b"), "--json", folder=server.folder).stdout)
    refused = run("restore", "--data", made["data"], folder=server.folder)
    assert refused.returncode == 78
    assert "in use" in refused.stderr
    assert run("restore", "--data", str(tmp_path), folder=tmp_path / "empty").returncode == 1
