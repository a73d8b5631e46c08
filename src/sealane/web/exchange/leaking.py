"""Leaking: a card number in a body is refused, and counts against whoever sent it; what it was is never kept."""

from collections.abc import Callable
from typing import TypeVar

from sealane.interchange import note_findings
from sealane.model.errors import LeakDetected
from sealane.web.visit import Visit

__all__ = ["note_leak", "read_clean"]

T = TypeVar("T")


async def read_clean(visit: Visit, channel: str, read: Callable[[bytes], T], body: bytes) -> T:
    """Return what a body says.

    Raises:
        LeakDetected: when a card number stands in it; that is counted.
        InvalidInput: when the body is wrong in another way.
    """
    try:
        return read(body)
    except LeakDetected:
        await note_leak(visit, channel)
        raise


async def note_leak(visit: Visit, channel: str) -> None:
    """Count a refused card number; `channel` is a leg, or what kind of body it stood in."""
    party_id = visit.party.party_id
    await visit.lane.rooms.database.run_async(lambda tx: note_findings(tx, party_id, channel, "leaked", ("card",)))
