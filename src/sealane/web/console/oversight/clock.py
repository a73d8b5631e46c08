"""A legal clock as people read it: to whom, by when, how much of its time is gone."""

from datetime import datetime

import msgspec

from sealane.model.clock import from_micros
from sealane.supervision.incidents.clocks import Duty, State

__all__ = ["STATES", "ClockRow", "rank", "row_of"]

STATES: dict[State, str] = {
    "overdue": "Overdue",
    "running": "Running",
    "waiting": "Waiting",
    "sent_late": "Sent late",
    "sent": "Sent",
}
_ORDER: tuple[State, ...] = ("overdue", "running", "waiting", "sent_late", "sent")
_TONES: dict[State, str] = {
    "overdue": "bad",
    "running": "caution",
    "waiting": "none",
    "sent_late": "caution",
    "sent": "good",
}


class ClockRow(msgspec.Struct, frozen=True):
    """One duty; `left_seconds` is negative once it is overdue, `spent` the share of its time that is gone, 0 to 1."""

    regime: str
    stage: str
    to_whom: str
    state: State
    started_at: datetime | None
    due_at: datetime | None
    sent_at: datetime | None
    left_seconds: int | None
    spent: float | None
    why: str
    waits_for: str
    source: str
    is_confirmed: bool

    @property
    def tone(self) -> str:
        """Which shape and colour its state has."""
        return _TONES[self.state]

    @property
    def word(self) -> str:
        """Its state in a word."""
        return STATES[self.state]


def row_of(duty: Duty, now_us: int) -> ClockRow:
    """Return a duty as a page shows it at a moment."""
    is_open = duty.state in {"running", "overdue"} and duty.due_us is not None and duty.started_us is not None
    left_us = duty.due_us - now_us if is_open and duty.due_us is not None else None
    spent = None
    if left_us is not None and duty.due_us is not None and duty.started_us is not None:
        whole = max(1, duty.due_us - duty.started_us)
        spent = min(1.0, max(0.0, (now_us - duty.started_us) / whole))
    return ClockRow(
        duty.regime,
        duty.stage,
        duty.to_whom,
        duty.state,
        _at(duty.started_us),
        _at(duty.due_us),
        _at(duty.sent_us),
        None if left_us is None else left_us // 1_000_000,
        spent,
        duty.why,
        duty.waits_for,
        duty.source,
        duty.is_confirmed,
    )


def rank(clock: ClockRow) -> tuple[int, int]:
    """Return where a clock stands in a list: what is overdue first, then what ends first."""
    return _ORDER.index(clock.state), clock.left_seconds if clock.left_seconds is not None else 0


def _at(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
