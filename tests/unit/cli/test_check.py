from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sealane.cli.check import command, known_orders

app = typer.Typer()
app.command()(command)


@pytest.mark.parametrize(
    ("text", "code", "first"),
    [
        ("https://www.dhl.com", 0, "Official site"),
        ("https://dhl-fee.top", 1, "Dangerous"),
        ("hello", 0, "We can't tell"),
    ],
)
def test_the_word_comes_first_and_dangerous_is_a_no(tmp_path: Path, text: str, code: int, first: str) -> None:
    done = CliRunner().invoke(app, [text, "--data-dir", str(tmp_path / "none")])
    assert done.exit_code == code
    assert done.stdout.splitlines()[0] == first
    assert "1. " in done.stdout


def test_without_a_database_no_order_is_known(tmp_path: Path) -> None:
    with known_orders(str(tmp_path / "none")) as ledger:
        assert not ledger(["RB123456785GB"])
