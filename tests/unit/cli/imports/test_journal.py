from pathlib import Path

from sealane.cli.imports.journal import Journal
from sealane.cli.imports.tally import Tally


def journal(folder: Path, source: Path, merchant: str = "Olist") -> Journal:
    return Journal(folder, [source], merchant, "mapping")


def test_the_position_is_kept_until_the_import_is_complete(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("id\nA\n", encoding="utf-8")
    journal(tmp_path, source).save(Tally(position=512, decided=500))
    assert journal(tmp_path, source).load().position == 512
    assert journal(tmp_path, source).load().decided == 500
    journal(tmp_path, source).clear()
    assert journal(tmp_path, source).load() == Tally()


def test_another_file_merchant_or_database_starts_anew(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("id\nA\n", encoding="utf-8")
    journal(tmp_path, source).save(Tally(position=1))
    assert journal(tmp_path, source, "Other").load() == Tally()
    (tmp_path / "sealane.db").touch()
    assert journal(tmp_path, source).load() == Tally()
    source.write_text("id\nB\n", encoding="utf-8")
    assert journal(tmp_path, source).load() == Tally()


def test_a_damaged_position_file_starts_anew(tmp_path: Path) -> None:
    source = tmp_path / "orders.csv"
    source.write_text("id\n", encoding="utf-8")
    journal(tmp_path, source).save(Tally(position=1))
    (path,) = (tmp_path / "imports").glob("*.json")
    path.write_bytes(b"{")
    assert journal(tmp_path, source).load() == Tally()
