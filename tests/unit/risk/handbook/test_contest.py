import numpy as np
import pytest

from sealane.risk.handbook import contest
from sealane.risk.handbook.contest import Contest, compete, fits
from sealane.risk.handbook.table import Transactions


def test_what_is_plain_to_see_is_found_and_seeds_are_averaged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contest.WEEK, "rounds", 10)
    source = np.random.default_rng(4)
    size = 20_000
    seconds = np.sort(source.integers(0, 140 * 86_400, size))
    cents = source.integers(100, 20_000, size)
    frauds = (source.random(size) < 0.02).astype(np.int64)
    cents[frauds == 1] += 30_000
    table = Transactions(
        seconds, seconds // 86_400, source.integers(0, 3000, size), source.integers(0, 200, size), cents, frauds
    )
    done: list[int] = []
    result = compete(table, Contest("7d", seeds=2), lambda: done.append(1))
    assert len(done) == fits(Contest("7d", seeds=2)) == 8
    assert result.average_precision.mean > 0.95
    assert result.average_precision.sd >= 0
    assert dict(result.gains)["amount"] == max(dict(result.gains).values())
