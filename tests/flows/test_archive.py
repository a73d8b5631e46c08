"""The archive: what an export writes is all of history, holds nobody's values, and other tools read it."""

import json
import subprocess
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pyarrow import parquet

from orders import event, order
from running import SEALANE, Server
from sealane.cli.growing.records import COLUMNS

ORDERS = 40
PERSONAL = (b"Ana", b"Silva", b"Augusta", b"ana@example", b"351912345678", b"203.0.113", b"fp_5d1c", b"SO-", b"TRACK-")


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A folder with orders of two days, and its archive, written while a server runs."""
    lane = tmp_path_factory.mktemp("archived") / "lane"
    with Server(lane) as server:
        key = server.party("merchant")["api_key"]
        for number in range(ORDERS):
            made = order(reference=f"SO-{number}", consignments__0__tracking_number=f"TRACK-{number}")
            made["observed_at"] = f"2026-11-{20 + 2 * number // ORDERS}T10:{number:02}:00Z"
            sent = server.post("/v1/orders", made, key)
            assert sent.status_code == 201, sent.text
        told = event("consignment.label_created", reference="SO-7") | {"observed_at": "2026-11-21T12:00:00Z"}
        assert server.post("/v1/events", told, key).status_code == 201
        out = lane.parent / "archive"
        report = export(lane, out)
    assert report["rows"]["orders"] == report["rows"]["consignments"] == ORDERS
    assert report["rows"]["decisions"] == ORDERS + 1
    assert report["rows"]["events"] == 1
    return lane, out


def export(lane: Path, out: Path, *words: str) -> Any:
    command = [SEALANE, "archive", "export", "--out", str(out), "--data-dir", str(lane), "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_duckdb_reads_it_by_day(archived: tuple[Path, Path]) -> None:
    out = archived[1]
    query = f"""SELECT o.day, count(*), count(DISTINCT o.subject_id), min(d.score) >= 0, min(o.link_email)
        FROM read_parquet('{out}/orders/*/*.parquet', hive_partitioning = true) o
        JOIN read_parquet('{out}/decisions/*/*.parquet') d USING (order_id) WHERE d.stage = 'checkout'
        GROUP BY o.day ORDER BY o.day"""  # noqa: S608 - a folder of our own
    rows = duckdb.sql(query).fetchall()
    assert [(str(day), count) for day, count, *_ in rows] == [
        (day, ORDERS // 2) for day in ("2026-11-20", "2026-11-21")
    ]
    assert all(shoppers == 1 and is_share and len(link) == 32 for _, _, shoppers, is_share, link in rows)


def test_no_personal_value_is_in_any_file(archived: tuple[Path, Path]) -> None:
    texts = set()
    for path in archived[1].rglob("*.parquet"):
        for row in parquet.read_table(path).to_pylist():
            texts.add(json.dumps(row, default=str).encode())
    whole = b"\n".join(texts)
    assert [value for value in PERSONAL if value in whole] == []
    assert not [path for path in archived[1].rglob("*") if path.name.startswith(".")]


def test_a_day_again_replaces_that_day_alone(archived: tuple[Path, Path]) -> None:
    lane, out = archived
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    with Server(lane) as server:
        key = server.party("merchant", name="Other")["api_key"]
        late = order() | {"observed_at": datetime.now(UTC).isoformat()}
        assert server.post("/v1/orders", late, key).status_code == 201
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    report = export(lane, out, "--from", day, "--to", day)
    assert report["rows"]["orders"] == 1
    untouched = [path for path, at in before.items() if path.exists() and path.stat().st_mtime_ns == at]
    assert all(f"day={day}" not in str(path) for path in untouched)
    assert {path.parent.name for path in untouched if "orders" in str(path)} == {"day=2026-11-20", "day=2026-11-21"}


def test_the_page_names_every_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "archive-history.md").read_text(encoding="utf-8")
    missing = [
        name
        for columns in COLUMNS.values()
        for name in columns
        if not name.startswith(("link_", "trait_")) and f"`{name}`" not in page
    ]
    assert missing == []


def test_a_last_day_before_the_first_is_refused(archived: tuple[Path, Path], tmp_path: Path) -> None:
    command = [SEALANE, "archive", "export", "--out", str(tmp_path / "a"), "--data-dir", str(archived[0])]
    done = subprocess.run(
        [*command, "--from", "2026-11-22", "--to", "2026-11-21"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert not (tmp_path / "a").exists()


@pytest.mark.soak
@pytest.mark.skipif(find_spec("pyspark") is None, reason="pyspark is not installed")
@pytest.mark.filterwarnings("ignore")
def test_spark_reads_what_duckdb_reads(archived: tuple[Path, Path]) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it starts a Java machine

    out = archived[1]
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()
    try:
        for table in COLUMNS:
            found = session.read.parquet(str(out / table)).count()
            expected = len(duckdb.read_parquet(f"{out}/{table}/*/*.parquet"))
            assert found == expected > 0
    finally:
        session.stop()
