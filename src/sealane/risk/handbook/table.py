"""The transactions of the benchmark: five columns as arrays, in the order of time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sealane.model.errors import FieldError, InvalidInput

__all__ = ["Transactions", "read_transactions"]

Column = np.ndarray[Any, np.dtype[Any]]
_KIND = "TX_FRAUD_SCENARIO"
_COLUMNS = ("TX_TIME_SECONDS", "TX_TIME_DAYS", "CUSTOMER_ID", "TERMINAL_ID", "TX_AMOUNT", "TX_FRAUD")


@dataclass(frozen=True, slots=True)
class Transactions:
    """Times in seconds and days since 2018-04-01, amounts in cents, and whether a transaction was fraud."""

    seconds: Column
    days: Column
    customers: Column
    terminals: Column
    cents: Column
    frauds: Column
    scenarios: Column | None = None
    """Which kind of fraud it is, 1 to 3, where the file tells; only `limit` may look."""

    def __len__(self) -> int:
        return len(self.seconds)


def read_transactions(path: Path) -> Transactions:
    """Return the benchmark's transactions from their Parquet file.

    Raises:
        InvalidInput: when the file is missing, is no Parquet or lacks a column.
    """
    import duckdb  # noqa: PLC0415 - an extra, needed here alone

    try:
        with duckdb.connect() as connection:
            held = connection.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)]).fetchnumpy()
            names = ", ".join((*_COLUMNS, _KIND) if _KIND in held else _COLUMNS)
            order = "ORDER BY TX_TIME_SECONDS, TRANSACTION_ID"
            sql = f"SELECT {names} FROM read_parquet(?) {order}"  # noqa: S608 - names and order are constants
            columns = connection.execute(sql, [str(path)]).fetchnumpy()
    except duckdb.Error as refusal:
        detail = f"{path.name} is not the benchmark's table of transactions: {type(refusal).__name__}."
        remedy = "Give simulated-data-raw of the Fraud Detection Handbook as one Parquet file."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError(path.name, "bad-file", detail),)) from refusal
    seconds, days, customers, terminals, amounts, frauds = [np.asarray(columns[name]) for name in _COLUMNS]
    return Transactions(
        seconds, days, customers, terminals, np.rint(amounts * 100).astype(np.int64), frauds, columns.get(_KIND)
    )
