"""`sealane log`: what it prints, where, and with which exit code."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sealane.cli.log import app
from sealane.cli.terminal.failures import exit_code
from sealane.keys.ring import KeyRing
from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.errors import SealaneError
from sealane.storage.database import Database
from sealane.supervision.commitment.safe import Safe
from sealane.supervision.log import Log, LogKeys


def run(*arguments: str) -> tuple[int, str]:
    """Return exit code and standard output, as the root of the command line would end."""
    done = CliRunner().invoke(app, arguments)
    code = exit_code(done.exception) if isinstance(done.exception, SealaneError) else done.exit_code
    return code, done.stdout


@pytest.fixture(autouse=True)
def clean_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("SEALANE_CONFIG", "SEALANE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def entry(tmp_path: Path) -> Iterator[str]:
    """One published entry of a log that a server has open."""
    database = Database.open(tmp_path / "lane")
    keys = LogKeys(Signer.generate(), Safe(KeyRing.open(tmp_path / "lane", root_key=None)))
    log = Log.open(database, tmp_path / "lane" / "log", keys, origin="", clock=system_clock)
    entry_id = database.run(lambda tx: log.append(tx, "order.decided", order_id=None, content=b""))
    log.integrate()
    yield entry_id
    log.close()
    database.close()


def test_checkpoint_prints_the_signed_note(entry: str, tmp_path: Path) -> None:
    assert entry
    assert run("checkpoint", "--data-dir", "lane") == (0, (tmp_path / "lane" / "log" / "checkpoint").read_text())


def test_checkpoint_as_json(entry: str, tmp_path: Path) -> None:
    code, output = run("checkpoint", "--data-dir", "lane", "--json")
    document = json.loads(output)
    assert entry
    assert (code, document["size"]) == (0, 1)
    assert document["key"] == (tmp_path / "lane" / "log" / "log.vkey").read_text().strip()


def test_the_data_folder_may_come_from_the_environment(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALANE_DATA_DIR", "lane")
    assert run("prove", entry)[0] == 0


def test_a_proof_on_standard_output_verifies(entry: str, tmp_path: Path) -> None:
    code, bundle = run("prove", entry, "--data-dir", "lane")
    assert code == 0
    (tmp_path / "bundle.json").write_text(bundle)
    code, output = run("verify", "bundle.json", "--key", "lane/log/log.vkey")
    assert (code, output.split("\t")[:2]) == (0, [entry, "order.decided"])


def test_a_proof_in_a_file_verifies_as_json(entry: str) -> None:
    assert json.loads(run("prove", entry, "--data-dir", "lane", "--out", "bundle.json", "--json")[1])["bytes"] > 500
    code, output = run("verify", "bundle.json", "--key", "lane/log/log.vkey", "--json")
    document = json.loads(output)
    assert (code, document["verified"], document["entry_id"], document["size"]) == (0, True, entry, 1)


def test_a_spoiled_proof_ends_with_1_and_says_why(entry: str, tmp_path: Path) -> None:
    run("prove", entry, "--data-dir", "lane", "--out", "bundle.json")
    bundle = (tmp_path / "bundle.json").read_bytes()
    (tmp_path / "bundle.json").write_bytes(bundle.replace(b"order.decided", b"order.approve"))
    code, output = run("verify", "bundle.json", "--key", "lane/log/log.vkey", "--json")
    assert code == 1
    assert json.loads(output)["detail"].startswith("the root at level 0 of leaves 0 to 0 differs")
    assert run("verify", "bundle.json", "--key", "lane/log/log.vkey") == (1, "")


def test_an_unknown_entry_ends_with_1(entry: str) -> None:
    assert run("prove", entry[:-1] + "_", "--data-dir", "lane") == (1, "")


def test_wrong_usage_ends_with_2(entry: str, tmp_path: Path) -> None:
    (tmp_path / "key").write_text("no key\n")
    run("prove", entry, "--data-dir", "lane", "--out", "bundle.json")
    for arguments in (
        ["verify", "nowhere.json", "--key", "key"],
        ["verify", "bundle.json"],
        ["verify", "bundle.json", "--key", "key"],
        ["prove", entry, "--data-dir", "lane", "--out", "no/such/folder.json"],
    ):
        assert run(*arguments) == (2, ""), arguments


def test_a_folder_without_a_log_ends_with_3() -> None:
    assert run("checkpoint", "--data-dir", "nowhere") == (3, "")
    assert run("prove", "ent_01kan6k3zw8t5q1r9v0m2c4d7e", "--data-dir", "nowhere") == (3, "")


def test_a_wrong_setting_ends_with_78(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALANE_CONFIG", "nowhere.toml")
    assert run("checkpoint") == (78, "")
