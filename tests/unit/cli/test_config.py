import json

import pytest
from typer.testing import CliRunner

from sealane.cli.root import app
from sealane.settings import Settings


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Be where no `sealane.toml` lies."""
    monkeypatch.chdir(tmp_path_factory.mktemp("config"))


def explained(*flags: str) -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(app, ["config", "explain", "--json", *flags])
    assert result.exit_code == 0, result.output
    return {row["setting"]: row for row in json.loads(result.stdout)["settings"]}


def test_every_setting_is_told_with_its_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALANE_PORT", "9000")
    rows = explained("--data-dir", "/srv/lane")
    assert list(rows) == list(Settings.__struct_fields__)
    assert (rows["port"]["value"], rows["port"]["origin"]) == (9000, "SEALANE_PORT")
    assert (rows["data_dir"]["value"], rows["data_dir"]["origin"]) == ("/srv/lane", "flag")
    assert rows["host"]["origin"] == "default"


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEALANE_ROOT_KEY", "ab" * 32)
    assert explained()["root_key"]["value"] == "***"
    assert "abab" not in CliRunner().invoke(app, ["config", "explain"]).output
