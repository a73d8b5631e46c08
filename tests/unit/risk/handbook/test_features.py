from pathlib import Path

import duckdb
import numpy as np
import pytest

from sealane.risk.handbook.features import DELAY, book_features, features
from sealane.risk.handbook.table import Transactions, read_transactions


def _made_up(frauds_after: int | None = None) -> Transactions:
    source = np.random.default_rng(3)
    size = 3000
    seconds = np.sort(source.integers(0, 60 * 86_400, size))
    frauds = (source.random(size) < 0.05).astype(np.int64)
    if frauds_after is not None:
        frauds[seconds >= frauds_after] = 1
    return Transactions(
        seconds,
        seconds // 86_400,
        source.integers(0, 20, size),
        source.integers(0, 30, size),
        source.integers(100, 20_000, size),
        frauds,
    )


def test_a_verdict_counts_from_a_week_after_the_fact_on() -> None:
    turn = 40 * 86_400
    plain, told = features(_made_up()), features(_made_up(frauds_after=turn))
    early = _made_up().seconds < turn + DELAY
    for name, values in plain.items():
        assert np.array_equal(values[early], told[name][early], equal_nan=True), name
    assert any(not np.array_equal(values, told[name], equal_nan=True) for name, values in plain.items())


def test_our_windows_are_the_books_on_its_own_sample(shared_data: Path) -> None:
    folder = shared_data / "handbook"
    sample = folder / "reference_features_sample.parquet"
    if not sample.exists():
        pytest.skip("the benchmark's sample is absent")
    table = read_transactions(folder / "transactions.parquet")
    ours = book_features(table)
    with duckdb.connect() as connection:
        theirs = connection.execute("SELECT * FROM read_parquet(?) ORDER BY TRANSACTION_ID", [str(sample)]).fetchnumpy()
    # Transactions are numbered in the order of time, so a number is a row.
    rows = theirs["TRANSACTION_ID"]
    for name, values in ours.items():
        assert np.abs(values[rows] - theirs[name]).max() < 1e-6, name
