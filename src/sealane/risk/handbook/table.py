"""The transactions of the benchmark: five columns as arrays, in the order of time."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sealane.model.errors import FieldError, InvalidInput

__all__ = ["Transactions", "read_transactions"]

Column = np.ndarray[Any, np.dtype[Any]]
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

    def __len__(self) -> int:
        return len(self.seconds)


def read_transactions(path: Path) -> Transactions:
    """Return the benchmark's transactions from their Parquet file.

    Raises:
        InvalidInput: when the file is missing, is no Parquet or lacks a column.
    """
    import duckdb  # noqa: PLC0415 - an extra, needed here alone

    try:
        names = ", ".join(_COLUMNS)
        sql = f"SELECT {names} FROM read_parquet(?) ORDER BY TX_TIME_SECONDS, TRANSACTION_ID"  # noqa: S608 - constants
        with duckdb.connect() as connection:
            columns = connection.execute(sql, [str(path)]).fetchnumpy()
    except duckdb.Error as refusal:
        detail = f"{path.name} is not the benchmark's table of transactions: {type(refusal).__name__}."
        remedy = "Give simulated-data-raw of the Fraud Detection Handbook as one Parquet file."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError(path.name, "bad-file", detail),)) from refusal
    seconds, days, customers, terminals, amounts, frauds = [np.asarray(columns[name]) for name in _COLUMNS]
    return Transactions(seconds, days, customers, terminals, np.rint(amounts * 100).astype(np.int64), frauds)
