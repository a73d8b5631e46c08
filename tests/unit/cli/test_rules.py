import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sealane.cli.root import app
from sealane.risk import default_policy, default_text


def test_the_rules_in_force_are_listed() -> None:
    answer = json.loads(CliRunner().invoke(app, ["rules", "list", "--json"]).stdout)
    assert answer["ruleset"] == default_policy().version
    assert [rule["code"] for rule in answer["rules"]] == [rule.code for rule in default_policy().ruleset.rules]
    lines = CliRunner().invoke(app, ["rules", "list", "--stage", "reroute"]).stdout.splitlines()
    assert 1 < len(lines) <= len(answer["rules"])
    assert all("reroute" in line for line in lines[1:])


def test_a_good_file_of_rules_may_be_used(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(default_text("rules"), encoding="utf-8")
    assert CliRunner().invoke(app, ["rules", "check", str(path)]).exit_code == 0


@pytest.mark.parametrize("as_json", [False, True])
def test_a_mistake_is_named_by_line_and_column(tmp_path: Path, as_json: bool) -> None:
    path = tmp_path / "rules.toml"
    good = default_text("rules")
    path.write_text(good.replace("account_changes_72h", "account_chnges_72h", 1), encoding="utf-8")
    line = good[: good.index("account_changes_72h")].count("\n") + 1
    result = CliRunner().invoke(app, ["rules", "check", str(path), *(["--json"] if as_json else [])])
    assert result.exit_code == 1
    if as_json:
        (fault,) = json.loads(result.stdout)["faults"]
        assert (fault["line"], fault["code"]) == (line, "unknown-signal")
    else:
        assert result.stdout.startswith(f"rules.toml:{line}:")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_bytes(b"# S\xe3o Paulo\n")
    result = CliRunner().invoke(app, ["rules", "check", str(path)])
    assert "not UTF-8" in str(result.exception)
