"""`sealane waybill`: a label drawn, and a label refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sealane.cli.privacy.waybill import app
from sealane.model.errors import InvalidInput


def test_what_we_draw_passes_what_we_lint(tmp_path: Path) -> None:
    for name in ("label.svg", "label.pdf"):
        args = ["draw", "4Z7KQ2MV9T0RB8XEWJ3D", "--sort", "PT-11", "--out", str(tmp_path / name), "--grams", "800"]
        assert CliRunner().invoke(app, args, catch_exceptions=False).exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["label.pdf", "label.svg"]
    assert CliRunner().invoke(app, ["lint", str(tmp_path / "label.svg")], catch_exceptions=False).exit_code == 0
    with pytest.raises(InvalidInput, match="PDF"):
        CliRunner().invoke(app, ["lint", str(tmp_path / "label.pdf")], catch_exceptions=False)
    with pytest.raises(InvalidInput, match="neither"):
        CliRunner().invoke(app, [*args[:-3], str(tmp_path / "label.gif")], catch_exceptions=False)


def test_a_label_that_shows_too_much_ends_with_1(tmp_path: Path) -> None:
    label = tmp_path / "label.txt"
    label.write_text("Recipient: Ana Silva\nTel 13800138000\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["lint", str(label), "--json"], catch_exceptions=False)
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert [each["code"] for each in told["faults"]] == ["name", "phone"]
    assert "Ana" not in result.stdout
