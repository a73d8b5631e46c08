import json
from pathlib import Path

from typer.testing import CliRunner

from sealane.cli.root import app


def test_a_fit_machine_ends_with_0_and_an_unfit_one_with_1(tmp_path: Path) -> None:
    folder = tmp_path / "lane"
    well = CliRunner().invoke(app, ["doctor", "--data-dir", str(folder), "--port", "0", "--json"])
    assert (well.exit_code, json.loads(well.stdout)["is_well"]) == (0, True)
    folder.mkdir()
    folder.chmod(0o755)
    unfit = CliRunner().invoke(app, ["doctor", "--data-dir", str(folder), "--port", "0", "--json"])
    assert (unfit.exit_code, json.loads(unfit.stdout)["is_well"]) == (1, False)
    told = CliRunner().invoke(app, ["doctor", "--data-dir", str(folder), "--port", "0"])
    assert "permissions\tWRONG" in told.stdout
    assert "chmod 700" in told.stderr
