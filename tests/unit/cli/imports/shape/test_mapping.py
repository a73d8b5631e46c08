from pathlib import Path

import pytest

from sealane.cli.imports.shape.mapping import Condition, Source, load_mapping, read_mapping
from sealane.model.errors import Misconfigured

ORDER = '[order]\nreference = "id"\n'


def test_a_mapping_reads_its_tables() -> None:
    mapping = read_mapping(
        'group = "Name"\n[[skip]]\ncolumn = "Status"\nis = ["Failed"]\nbecause = "not paid"\n' + ORDER, "m.toml"
    )
    assert mapping.skip == (Condition("Status", ("Failed",), "not paid"),)
    assert mapping.order == {"reference": "id"}


def test_a_source_reads_one_column_or_several() -> None:
    assert Source(column="a").columns == ("a",)
    assert Source(column=("a", "b")).columns == ("a", "b")
    assert Source(constant="x").columns == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[order", "no TOML"),
        ("title = 'x'\n", "order"),
        (ORDER + "[reeding]\nzone = 'UTC'\n", "reeding"),
        ("[reading]\nabsent = ['(']\n" + ORDER, "regular expression"),
        (ORDER + "[[events]]\nkind = 'parcel.flown'\noccurred_at = 'x'\n", "enum"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_name_and_place(text: str, told: str) -> None:
    with pytest.raises(Misconfigured, match=told) as refusal:
        read_mapping(text, "m.toml")
    assert "m.toml" in refusal.value.detail


def test_a_missing_mapping_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.toml"):
        load_mapping(tmp_path / "none.toml")
