from pathlib import Path

from sealane.interchange.gate.findings import note_findings, read_findings
from sealane.storage.database import Database


def test_findings_are_counted_by_day(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "lane")
    try:
        for _ in range(3):
            database.run(lambda tx: note_findings(tx, "mer_a", "stripe", "stripped", ("email", "name")))
        with database.reader() as conn:
            found = read_findings(conn, "mer_a", 10)
            assert [(each.field, each.times) for each in found] == [("email", 3), ("name", 3)]
            assert read_findings(conn, None, 1) == found[:1]
            assert read_findings(conn, "mer_b", 10) == ()
    finally:
        database.close()
