from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from sealane.cli.check import command, known_orders
from sealane.keys.signing import Signer
from sealane.model.clock import system_clock
from sealane.model.errors import InvalidInput
from sealane.shield import Notice, issue

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


def test_a_signed_notice_is_checked_offline_with_the_senders_key(tmp_path: Path) -> None:
    signer = Signer.generate()
    now = system_clock() // 1_000_000
    token = issue(signer, Notice("lamps.example", "cns_1", "delay", now - 10, now + 600))
    key = tmp_path / "lamps.key"
    key.write_text(signer.public_key.hex())
    folder = str(tmp_path / "none")
    done = CliRunner().invoke(app, [token, "--key", str(key), "--data-dir", folder])
    assert (done.exit_code, done.stdout.splitlines()[0]) == (0, "Genuine")
    forged = f"{token[:-2]}{'AA' if token[-2:] != 'AA' else 'BA'}"
    assert CliRunner().invoke(app, [forged, "--key", str(key), "--data-dir", folder]).exit_code == 1
    key.write_text("no key")
    done = CliRunner().invoke(app, [token, "--key", str(key), "--data-dir", folder])
    assert isinstance(done.exception, InvalidInput)


def test_what_is_no_text_is_read_as_far_as_it_is_one(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["-", "--data-dir", str(tmp_path / "none")], input=b"DHL \xff http://dhl-fee.top")
    assert (done.exit_code, done.stdout.splitlines()[0]) == (1, "Dangerous")


def test_without_a_database_no_order_is_known(tmp_path: Path) -> None:
    with known_orders(str(tmp_path / "none")) as (ledger, _):
        assert not ledger(["RB123456785GB"])
