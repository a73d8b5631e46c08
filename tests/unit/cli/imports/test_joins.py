from pathlib import Path

import pytest

from sealane.cli.imports.joins import join_sheet
from sealane.cli.imports.shape.mapping import Mapping, read_mapping
from sealane.model.errors import InvalidInput, Misconfigured

WANTED = frozenset({"pay.type", "pay.value"})

MAPPING = """
[joins.pay]
file = "payments.csv"
key = "order"
on = "id"
sum = ["value"]
largest = "value"
[order]
reference = "id"
"""


def files(tmp_path: Path, payments: str | None) -> tuple[Path, Mapping]:
    path = tmp_path / "orders.csv"
    path.write_text("id,at\nA,1\nB,2\n", encoding="utf-8")
    if payments is not None:
        (tmp_path / "payments.csv").write_text(payments, encoding="utf-8")
    return path, read_mapping(MAPPING, "m.toml")


def test_parts_are_summed_and_the_largest_tells_the_rest(tmp_path: Path) -> None:
    parts = "order,type,value,more\nA,voucher,5.10,x\nA,card,20.20,y\nA,boleto,5.00,z\n"
    joined = join_sheet(*files(tmp_path, parts), WANTED)
    first, second = joined.rows()
    assert first.cells["pay.type"] == "card"
    assert first.cells["pay.value"] == "30.30"
    assert "pay.value" not in second.cells
    assert "pay.more" not in first.cells, "only what the mapping reads is kept in memory"
    assert {"id", "at", "pay.type", "pay.value"} <= joined.columns


@pytest.mark.parametrize(
    ("payments", "kind", "told"),
    [
        (None, Misconfigured, "payments.csv"),
        ("order,type\nA,card\n", Misconfigured, "'value'"),
        ("order,type,value\nA,card,much\n", InvalidInput, "line 2"),
    ],
)
def test_a_second_file_that_does_not_fit_is_refused(
    tmp_path: Path, payments: str | None, kind: type[Exception], told: str
) -> None:
    with pytest.raises(kind, match=told):
        join_sheet(*files(tmp_path, payments), WANTED)
