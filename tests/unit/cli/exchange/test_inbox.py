import json
from pathlib import Path

from typer.testing import CliRunner

from sealane.app import Sealane
from sealane.cli.root import app
from sealane.settings import Settings
from webhooks import SECRETS


def said(*words: str) -> str:
    answer = CliRunner().invoke(app, words)
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_an_endpoint_is_opened_listed_and_rotated(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    with Sealane.open(Settings(data_dir=str(folder))) as lane:
        merchant = lane.merchant("Lamps").party_id
    where = ("--data-dir", str(folder))
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRETS["stripe"] + "\n", encoding="utf-8")
    path = said(
        "inbox", "add", "stripe", "--merchant", merchant, "--secret-file", str(secret), "--mode", "live", *where
    ).strip()
    assert path.startswith("/v1/inbox/stripe/hook_")
    listed = json.loads(said("inbox", "endpoints", "--json", *where))
    assert [(each["path"], each["mode"]) for each in listed["items"]] == [(path, "live")]
    said("inbox", "rotate", path.rpartition("/")[2], "--secret-file", str(secret), *where)
    assert "seventeen-track\tD\tclaimed\tTrue" in said("inbox", "sources", *where)
    assert json.loads(said("inbox", "messages", "--json", *where))["items"] == []
    assert json.loads(said("inbox", "findings", "--json", *where))["items"] == []
