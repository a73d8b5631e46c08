from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from sealane.model.errors import InvalidInput
from sealane.risk.handbook.table import read_transactions


def test_amounts_are_read_as_cents_and_rows_in_the_order_of_time(tmp_path: Path) -> None:
    columns = {"TRANSACTION_ID": [1, 0], "TX_TIME_SECONDS": [90, 30], "TX_TIME_DAYS": [0, 0], "CUSTOMER_ID": [5, 6],
               "TERMINAL_ID": [7, 8], "TX_AMOUNT": [1.15, 57.16], "TX_FRAUD": [1, 0]}  # fmt: skip
    parquet.write_table(pa.table(columns), tmp_path / "t.parquet")
    table = read_transactions(tmp_path / "t.parquet")
    assert len(table) == 2
    assert table.cents.tolist() == [5716, 115]
    assert table.frauds.tolist() == [0, 1]
    assert table.scenarios is None
    parquet.write_table(pa.table(columns | {"TX_FRAUD_SCENARIO": [3, 0]}), tmp_path / "t.parquet")
    assert read_transactions(tmp_path / "t.parquet").scenarios.tolist() == [0, 3]  # type: ignore[union-attr]


@pytest.mark.parametrize("body", [None, b"not parquet"])
def test_another_file_is_refused_by_name(body: bytes | None, tmp_path: Path) -> None:
    if body is not None:
        (tmp_path / "t.parquet").write_bytes(body)
    with pytest.raises(InvalidInput, match=r"t\.parquet"):
        read_transactions(tmp_path / "t.parquet")
