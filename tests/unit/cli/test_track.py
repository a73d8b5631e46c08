import json
from pathlib import Path

import typer
from typer.testing import CliRunner

from sealane.cli.track import command

app = typer.Typer()
app.command()(command)


def run(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_candidates_are_told_with_their_checks(tmp_path: Path) -> None:
    code, out, talk = run("1Z5R89390357567127", "--data-dir", str(tmp_path / "none"))
    assert (code, out.splitlines()[1]) == (0, "ups\tUPS\tright\t0.970")
    assert "does not prove" in talk


def test_the_wire_shape(tmp_path: Path) -> None:
    code, out, _ = run("1Z5R89390357567128", "--json", "--data-dir", str(tmp_path / "none"))
    found = json.loads(out)
    assert code == 0
    assert found["number"] == "1Z5R89390357567128"
    assert [fit["checksum_ok"] for fit in found["candidates"] if fit["carrier"] == "ups"] == [False]
    assert found["known_order"] is False
