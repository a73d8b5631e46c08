import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from orders import event, order
from sealane.app import Sealane
from sealane.cli.root import app
from sealane.model.errors import InvalidInput, NotFound
from sealane.settings import Settings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("order") / "lane"


@pytest.fixture(scope="module")
def order_id(folder: Path) -> str:
    with Sealane.open(Settings(data_dir=str(folder))) as lane:
        placed = lane.place(order("SO-1"))
        lane.report(event("consignment.label_created", reference="SO-1"))
    return placed.order_id


def answer(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["order", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_show_tells_the_order_and_its_life(folder: Path, order_id: str) -> None:
    shown = json.loads(answer("show", order_id, "--data-dir", str(folder), "--json"))
    assert (shown["order_id"], shown["reference"]) == (order_id, "SO-1")
    assert [decision["stage"] for decision in shown["decisions"]] == ["checkout", "dispatch"]
    assert "consignment.label_created" in [moment["kind"] for moment in shown["timeline"]]
    told = answer("show", order_id, "--data-dir", str(folder))
    assert told.startswith(f"{order_id}  SO-1  129.90 EUR  card  CN to PT\n")
    assert "Ana" not in told


def test_explain_tells_reasons_that_add_up_and_replays(folder: Path, order_id: str) -> None:
    answered = json.loads(answer("explain", order_id, "--data-dir", str(folder), "--replay", "--json"))
    for why in answered["decisions"]:
        explanation = why["explanation"]
        weights = sum(each["weight"] for each in explanation["contributions"])
        assert explanation["log_odds"] == pytest.approx(explanation["base"] + weights)
        assert len(why["replayed"]) == 64
    decision_id = answered["decisions"][0]["explanation"]["decision"]["decision_id"]
    one = json.loads(answer("explain", decision_id, "--data-dir", str(folder), "--json"))
    assert [why["replayed"] for why in one["decisions"]] == [None]
    told = answer("explain", order_id, "--data-dir", str(folder), "--replay")
    assert "what every order starts with" in told
    assert "replayed: the same bytes" in told


def test_what_is_not_there_is_told(folder: Path, order_id: str, tmp_path: Path) -> None:
    for command in ("show", "explain"):
        result = CliRunner().invoke(app, ["order", command, "ord_none", "--data-dir", str(folder)])
        assert isinstance(result.exception, NotFound)
        result = CliRunner().invoke(app, ["order", command, order_id, "--data-dir", str(tmp_path / "none")])
        assert isinstance(result.exception, NotFound)
        assert not (tmp_path / "none").exists()


def write(tmp_path: Path, *orders: dict[str, object]) -> str:
    path = tmp_path / "orders.ndjson"
    path.write_text("".join(json.dumps(each) + "\n" for each in orders), encoding="utf-8")
    return str(path)


def test_import_tells_the_report_for_people_and_for_programs(tmp_path: Path) -> None:
    file = write(tmp_path, order("A"), order("B", payment__method="cowries"))
    flags = ["--merchant", "Shop", "--data-dir", str(tmp_path / "lane")]
    result = CliRunner().invoke(app, ["order", "import", file, *flags])
    assert result.exit_code == 0
    assert "Orders: 1 decided, 1 refused" in result.stdout
    assert "--rejects" in result.stderr
    report = json.loads(answer("import", file, *flags, "--json"))
    assert (report["decided"], report["known"], report["refused"]) == (0, 1, 1)
    assert list(report["refusals"][0]) == ["code", "field", "reason", "rows", "lines"]


def test_an_import_of_which_nothing_could_be_taken_ends_with_1(tmp_path: Path) -> None:
    file = write(tmp_path, order("B", payment__method="cowries"))
    flags = ["--merchant", "Shop", "--data-dir", str(tmp_path / "lane")]
    assert CliRunner().invoke(app, ["order", "import", file, *flags]).exit_code == 1


def test_wrong_usage_is_told_before_anything_happens(tmp_path: Path) -> None:
    file = write(tmp_path, order("A"))
    common = ["--merchant", "Shop", "--data-dir", str(tmp_path / "lane")]
    assert CliRunner().invoke(app, ["order", "import", file, "--format", "xml", *common]).exit_code == 2
    assert CliRunner().invoke(app, ["order", "import", "nowhere.csv", *common]).exit_code == 2
    assert CliRunner().invoke(app, ["order", "import", file]).exit_code == 2
    forced = CliRunner().invoke(app, ["order", "import", file, "--format", "csv", *common])
    assert isinstance(forced.exception, InvalidInput)
    assert not (tmp_path / "lane").exists()


def test_assess_lists_what_would_be_held(tmp_path: Path) -> None:
    file = write(tmp_path, order("A"))
    told = answer("assess", file, "--data-dir", str(tmp_path / "lane"))
    assert told.splitlines()[0].split("\t") == ["line", "name", "stage", "outcome", "score", "reasons"]
    assert told.splitlines()[1].startswith("1\tA\tcheckout\t")
    assessed = json.loads(answer("assess", file, "--data-dir", str(tmp_path / "lane"), "--json"))
    assert assessed["decisions"][0]["name"] == "A"
    assert assessed["report"]["decided"] == 1
