from pathlib import Path

import typer
from typer.testing import CliRunner

from sealane.cli.simulate import simulate

app = typer.Typer()
app.command()(simulate)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    return result.exit_code, result.stdout, result.stderr


def test_it_writes_the_files_and_talks_on_stderr(tmp_path: Path) -> None:
    code, out, talk = run("--orders", "30", "--seed", "7", "--out", str(tmp_path))
    assert (code, out) == (0, "")
    assert talk.startswith("Wrote 30 orders and ")
    assert {path.name for path in tmp_path.iterdir()} == {"orders.ndjson", "events.ndjson", "truth.csv"}


def test_the_first_day_may_be_told(tmp_path: Path) -> None:
    code, _, _ = run("--orders", "3", "--seed", "7", "--out", str(tmp_path), "--start", "2024-02-05")
    assert code == 0
    assert b'"placed_at":"2024-' in (tmp_path / "orders.ndjson").read_bytes()


def test_nothing_to_write_is_a_usage_error(tmp_path: Path) -> None:
    code, _, talk = run("--orders", "0", "--seed", "7", "--out", str(tmp_path))
    assert code == 2
    assert "orders" in talk
