"""Real and made-up files through `sealane order import`: every row decided or refused, nothing twice, sums equal."""

import csv
import json
import subprocess
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orders import event, order
from running import SEALANE, Server

PLACED = "2026-11-22T09:30:00Z"


def run(*arguments: object, code: int = 0) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run([SEALANE, *map(str, arguments)], check=False, capture_output=True)
    assert done.returncode == code, done.stderr.decode()
    return done


def imported(file: Path, folder: Path, *flags: object) -> Any:
    return json.loads(run("order", "import", file, "--merchant", "Shop", "--data-dir", folder, "--json", *flags).stdout)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def orders_file(tmp_path: Path, count: int, *more: str) -> Path:
    path = tmp_path / f"orders-{count}.ndjson"
    lines = [json.dumps(order(f"IMP-{n}") | {"order_key": f"o-{n}"}) for n in range(count)]
    path.write_text("".join(f"{line}\n" for line in (*lines, *more)), encoding="utf-8")
    return path


def test_a_file_is_decided_once_however_often_it_is_imported(tmp_path: Path) -> None:
    file = orders_file(tmp_path, 30, json.dumps(order("BAD", payment__method="cowries")))
    events = tmp_path / "events.ndjson"
    happened = [event("payment.captured", at=PLACED) | {"order_key": f"o-{n}"} for n in range(30)]
    events.write_text("".join(json.dumps(each) + "\n" for each in happened), encoding="utf-8")
    folder, rejects = tmp_path / "lane", tmp_path / "rejects.ndjson"
    first = imported(file, folder, "--events", events, "--rejects", rejects)
    assert (first["decided"], first["refused"], first["events"]) == (30, 1, 30)
    assert first["totals"] == [{"amount_minor": 30 * 12990, "currency": "EUR"}]
    assert first["refusals"][0]["field"] == "/payment/method"
    assert len(rejects.read_text(encoding="utf-8").splitlines()) == 1
    again = imported(file, folder, "--events", events)
    assert (again["decided"], again["known"], again["events"], again["events_known"]) == (0, 30, 0, 30)
    assert again["totals"] == first["totals"]


def test_a_file_goes_through_the_running_server_of_its_folder(tmp_path: Path) -> None:
    file = orders_file(tmp_path, 30)
    with Server(tmp_path / "lane") as server:
        report = imported(file, server.folder)
        assert (report["decided"], report["refused"]) == (30, 0)
        page = server.get("/v1/orders?limit=200", server.operator_key).json()
        assert len(page["items"]) == 30
        assert imported(file, server.folder)["known"] == 30
    assert imported(file, tmp_path / "lane")["known"] == 30, "and straight into the folder when no server runs"


def test_an_import_that_was_killed_goes_on_and_doubles_nothing(tmp_path: Path) -> None:
    file, folder = orders_file(tmp_path, 3000), tmp_path / "lane"
    command = [SEALANE, "order", "import", str(file), "--merchant", "Shop", "--data-dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while process.poll() is None and not list((folder / "imports").glob("*.json")):
        pass
    process.kill()
    process.wait()
    report = imported(file, folder)
    assert report["decided"] + report["known"] == 3000
    assert report["totals"] == [{"amount_minor": 3000 * 12990, "currency": "EUR"}]
    with Server(folder) as server:
        seen: list[str] = []
        cursor = ""
        while True:
            page = server.get(f"/v1/orders?limit=200{cursor}", server.operator_key).json()
            seen += [line["reference"] for line in page["items"]]
            if not page["next_cursor"]:
                break
            cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) == 3000


def test_a_server_that_ends_under_an_import_ends_in_order_and_so_does_the_import(tmp_path: Path) -> None:
    file = orders_file(tmp_path, 3000)
    with Server(tmp_path / "lane") as server:
        command = [SEALANE, "order", "import", str(file), "--merchant", "Shop", "--data-dir", str(server.folder)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            while process.poll() is None and not list((server.folder / "imports").glob("*.json")):
                pass
            assert server.stop() == 0
            assert process.wait(60) == 3
            assert process.stderr is not None
            assert b"same command again" in process.stderr.read()
    assert b"Traceback" not in server.output.read_bytes()
    report = imported(file, server.folder)
    assert report["decided"] + report["known"] == 3000
    assert report["resumed_at"] > 0


def test_assess_says_what_would_be_decided_and_stores_nothing(tmp_path: Path) -> None:
    file, folder = orders_file(tmp_path, 5), tmp_path / "lane"
    imported(orders_file(tmp_path, 1), folder)
    with Server(folder) as server:
        answer = json.loads(run("order", "assess", file, "--data-dir", folder, "--json").stdout)
        assert [each["stage"] for each in answer["decisions"]] == ["checkout"] * 5
        assert len(server.get("/v1/orders", server.operator_key).json()["items"]) == 1
    assert not list(folder.glob("what-if-*"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (json.dumps(order("A")).encode("utf-16"), b"UTF-16"),
        (json.dumps(order("A")).encode() + b"\n" + json.dumps(order("B")).encode()[:-9], b"line 2"),
        (b"id,total\nJos\xe9,1\n", b"line 2"),
        (b'id,total\nA,1\nB,"2', b"line 3"),
    ],
    ids=["utf-16", "cut off", "latin-1", "open quote"],
)
def test_a_file_that_cannot_be_read_to_its_end_stores_nothing(tmp_path: Path, content: bytes, told: bytes) -> None:
    file, folder, mapping = tmp_path / "orders", tmp_path / "lane", tmp_path / "m.toml"
    file.write_bytes(content)
    mapping.write_text(
        '[order]\nreference = "id"\nplaced_at = "id"\nshopper = {}\nconsignments = []\n'
        'payment = { method = { constant = "card" }, amount = "total" }\n',
        encoding="utf-8",
    )
    flags = () if content.startswith((b"{", b"\xff")) else ("--mapping", mapping)
    done = run("order", "import", file, "--merchant", "Shop", "--data-dir", folder, *flags, code=2)
    assert told in done.stderr
    assert b"Next: " in done.stderr
    assert b"Traceback" not in done.stderr
    assert not folder.exists(), "the file is read before the folder is made"


@pytest.fixture(scope="module")
def olist(shared_data: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Path]:
    folder = tmp_path_factory.mktemp("olist") / "lane"
    source = shared_data / "olist" / "olist_orders_first19999.csv"
    rejects = folder.parent / "rejects.csv"
    flags = ("--mapping", repository / "examples" / "olist.toml", "--rejects", rejects)
    return imported(source, folder, *flags), folder


def test_olist_every_order_is_decided_or_refused_and_the_sums_are_the_sources(
    olist: tuple[Any, Path], shared_data: Path
) -> None:
    report, folder = olist
    assert report["orders"] == report["decided"] + report["refused"] == 19_999
    refused = {row["order_id"]: row["sealane_code"] for row in rows_of(folder.parent / "rejects.csv")}
    taken = {}
    for row in rows_of(shared_data / "olist" / "olist_orders_first19999.csv"):
        if row["order_id"] not in refused:
            taken[row["order_id"]] = row
    assert len(taken) == report["decided"]
    assert list(refused.values()).count("missing") == 35, "orders that were never approved"
    paid = sum(
        Decimal(row["payment_value"])
        for row in rows_of(shared_data / "olist" / "olist_order_payments_dataset.csv")
        if row["order_id"] in taken
    )
    assert report["totals"] == [{"amount_minor": int(paid * 100), "currency": "BRL"}]
    delivered = sum(bool(row["order_delivered_customer_date"]) for row in taken.values())
    assert (report["events"], report["events_refused"]) == (len(taken) + delivered, 0)


def test_olist_is_all_there_after_a_restart_with_deliveries_in_order(olist: tuple[Any, Path]) -> None:
    report, folder = olist
    with Server(folder) as server:
        page = server.get("/v1/orders?limit=50", server.operator_key).json()
        assert len(page["items"]) == 50
        for line in page["items"][:10]:
            items = server.get(f"/v1/orders/{line['order_id']}/timeline", server.operator_key).json()["items"]
            observed = [datetime.fromisoformat(item["observed_at"]) for item in items if item["track"] != "decision"]
            assert observed == sorted(observed)
            assert observed[0] >= datetime.fromisoformat(line["placed_at"])
        checkpoint = json.loads(run("log", "checkpoint", "--json", "--data-dir", folder).stdout)
        assert checkpoint["size"] >= report["decided"] + report["events"]


def test_scms_every_row_is_decided_or_refused_with_its_reason(
    shared_data: Path, repository: Path, tmp_path: Path
) -> None:
    source = shared_data / "scms" / "SCMS_Delivery_History_Dataset.csv"
    rejects = tmp_path / "rejects.csv"
    flags = ("--mapping", repository / "examples" / "scms.toml", "--rejects", rejects)
    report = imported(source, tmp_path / "lane", *flags)
    assert report["rows"] == report["decided"] + report["refused"] == 10_324
    assert {entry["field"] for entry in report["refusals"]} == {"/placed_at", "/consignments/0/weight_grams"}
    refused = {row["ID"] for row in rows_of(rejects)}
    assert len(refused) == report["refused"]
    taken = [row for row in rows_of(source) if row["ID"] not in refused]
    value = sum(Decimal(row["Line Item Value"]) for row in taken)
    assert report["totals"] == [{"amount_minor": int(value * 100), "currency": "USD"}]
    weights = next(entry for entry in report["absent"] if entry["column"] == "Weight (Kilograms)")
    assert weights["rows"] == sum(not row["Weight (Kilograms)"].isdigit() for row in taken)
