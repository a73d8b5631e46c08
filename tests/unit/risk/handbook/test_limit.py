import numpy as np
import pytest

from sealane.risk.handbook.limit import limit
from sealane.risk.handbook.table import Transactions

DAY = 86_400
SIZE = 40_000


def made(scenarios: np.ndarray | None) -> Transactions:  # type: ignore[type-arg]
    """Payments by many customers at 50 terminals; from day 108 on, some terminals take nothing but frauds."""
    source = np.random.default_rng(7)
    seconds = np.sort(source.integers(0, 140 * DAY, SIZE))
    days = seconds // DAY
    terminals = source.integers(0, 50, SIZE)
    frauds = ((terminals < 2) & (days >= 108)).astype(np.int64)
    return Transactions(seconds, days, np.arange(SIZE), terminals, np.full(SIZE, 1000), frauds, scenarios)


def test_a_file_that_does_not_tell_the_kinds_has_no_limit() -> None:
    assert limit(made(None)) is None


def test_what_the_payment_shows_is_known_and_what_only_old_verdicts_show_is_not_at_first() -> None:
    frauds = made(None).frauds
    shown = limit(made(np.where(frauds == 1, 3, 0)))
    hidden = limit(made(np.where(frauds == 1, 2, 0)))
    assert shown is not None
    assert hidden is not None
    assert shown.auc_roc == pytest.approx(1.0)
    assert hidden.auc_roc < 0.95
    assert hidden.average_precision < shown.average_precision
    assert hidden.card_precision_100 <= shown.card_precision_100
