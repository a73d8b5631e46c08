"""Time: aware UTC outside, integer microseconds since 1970 inside, always from an injected clock."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["EPOCH", "Clock", "from_micros", "spelled", "system_clock", "to_micros"]

Clock = Callable[[], int]
"""A clock returns microseconds since 1970-01-01T00:00:00Z."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def system_clock() -> int:
    """Return the machine's time in microseconds since 1970, UTC."""
    return time.time_ns() // 1_000


def to_micros(moment: datetime) -> int:
    """Return an aware moment as exact microseconds since 1970, UTC."""
    return (moment - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return microseconds since 1970 as an aware UTC moment."""
    return EPOCH + timedelta(microseconds=micros)


def spelled(micros: int) -> str:
    """Return microseconds since 1970 as the wire has it (RFC 3339): `2026-11-22T09:30:00Z`."""
    return from_micros(micros).isoformat().replace("+00:00", "Z")
