"""The recent past that rules are shown against: this server's last decisions, and what became known of their orders."""

import msgspec

from sealane.risk.record import DecisionRecord
from sealane.risk.rulebook.rerun import Truth, latest
from sealane.storage import figures
from sealane.web.console.gate import Look

__all__ = ["DECISIONS", "Recent", "read_recent"]

DECISIONS = 2_000
_TRUTHS = 20_000


class Recent(msgspec.Struct, frozen=True):
    """Decisions, newest first, and the truth by order."""

    records: list[DecisionRecord]
    truths: dict[str, Truth]


def read_recent(look: Look) -> Recent:
    """Return the last decisions with what is known of them by now."""
    return Recent(latest(look.conn, DECISIONS), figures.latest_truths(look.conn, _TRUTHS))
