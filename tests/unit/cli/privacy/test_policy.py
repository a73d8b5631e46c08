"""`sealane policy`: the number, the cells, and what a change changes."""

import json
from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from sealane.cli.privacy.policy import app
from sealane.model.errors import InvalidInput

DATA = Path(__file__).parents[4] / "src" / "sealane" / "disclosure" / "policy" / "data"


def run(*args: str) -> str:
    result = CliRunner().invoke(app, args, catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_the_report_prints_the_exposure() -> None:
    printed = run("report")
    assert "exposure\t17.0 %\t15 of 88" in printed
    assert "field-hours\t" in printed
    told = json.loads(run("report", "--from", "CN", "--to", "US", "--json"))
    assert told["regimes"] == ["us-acas"]
    assert told["exposure"]["share"] <= told["worst_case"]["share"] <= 0.27


def test_show_prints_each_cell_with_its_law() -> None:
    assert "last-mile\tphone\tmasked:relay\tRegulation (EU) 2016/679" in run("show", "last-mile")
    assert "last-mile\tinstructions\tclear for 24 h after consignment.out_for_delivery" in run("show", "last-mile")
    cells = json.loads(run("show", "authority", "--to", "US", "--json"))["cells"]
    assert any(each["field"] == "email" and "90 FR 52796" in each["basis"] for each in cells)
    assert run("show", "--cedar").startswith("permit (")
    with pytest.raises(InvalidInput, match="no row"):
        run("show", "nobody")


def test_diff_names_who_gains_and_who_loses(tmp_path: Path) -> None:
    assert "authority gains email: - -> clear (under us-acas)" in run("diff", "2025-11-20", "2025-11-21")
    mine = Path(copytree(DATA, tmp_path / "mine"))
    file = mine / "default.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('unit = "clear @delivery"\n', ""), encoding="utf-8")
    told = json.loads(run("diff", "2026-11-22", str(mine), "--json"))
    changes = [each for each in told["changes"] if not each["regime"]]
    assert [(each["audience"], each["verb"], each["field"]) for each in changes] == [("last-mile", "loses", "unit")]
    file.write_text((DATA / "default.toml").read_text(encoding="utf-8").replace("hours = 24", "hours = 48"))
    assert "last-mile changes instructions: clear for 24 h" in run("diff", "2026-11-22", str(mine))
    with pytest.raises(InvalidInput, match="neither"):
        run("diff", "yesterday")
