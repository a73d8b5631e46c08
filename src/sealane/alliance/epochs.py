"""Epochs: the quarters for which keys live; two are live at a time, so that nobody must re-tag overnight.

2026Q4, 2026Q3
"""

from datetime import UTC, datetime

__all__ = ["epoch_of", "live_epochs", "previous"]

_MICROSECONDS = 1_000_000
_MONTHS = 3
_QUARTERS = 4


def epoch_of(now_us: int) -> str:
    """Return the quarter of a moment (microseconds UTC): `2026Q4`."""
    moment = datetime.fromtimestamp(now_us // _MICROSECONDS, UTC)
    return f"{moment.year}Q{(moment.month - 1) // _MONTHS + 1}"


def previous(epoch: str) -> str:
    """Return the quarter before: `2025Q4` for `2026Q1`."""
    year, quarter = int(epoch[:4]), int(epoch[5])
    return f"{year}Q{quarter - 1}" if quarter > 1 else f"{year - 1}Q{_QUARTERS}"


def live_epochs(now_us: int) -> tuple[str, str]:
    """Return the epoch of a moment and the one before, newest first."""
    newest = epoch_of(now_us)
    return newest, previous(newest)
