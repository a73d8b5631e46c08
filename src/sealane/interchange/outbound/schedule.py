"""When a delivery is tried: at once, then after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, with jitter.

These are the pauses that the Standard Webhooks specification recommends; after the tenth attempt a delivery is a dead
letter.
"""

from collections.abc import Callable
from secrets import SystemRandom

__all__ = ["WAITS_SECONDS", "next_attempt_us"]

WAITS_SECONDS: tuple[float, ...] = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
"""Share of a pause by which it may be longer or shorter, so that what failed together does not come back together."""

LONGEST_ASKED_SECONDS = 86_400
_chance = SystemRandom().random


def next_attempt_us(
    attempts: int, now_us: int, *, asked_seconds: int | None = None, chance: Callable[[], float] = _chance
) -> int | None:
    """Return when to try again after so many failed attempts, or None when that was the last.

    `asked_seconds` is the pause that the receiver asked for by Retry-After; a longer one than the schedule's is kept.
    """
    if attempts >= len(WAITS_SECONDS):
        return None
    seconds = WAITS_SECONDS[attempts] * (1 + JITTER * (2 * chance() - 1))
    if asked_seconds is not None:
        seconds = max(seconds, min(asked_seconds, LONGEST_ASKED_SECONDS))
    return now_us + round(seconds * 1_000_000)
