"""Evidence: what an assessor asks for about a payment page: inventory, justifications, looks, changes, each on the log.

PCI DSS 4.0.1, 6.4.3 asks for the inventory with its justifications, 11.6.1 for looks at most seven days apart.
"""

from datetime import datetime
from itertools import pairwise

import msgspec

from sealane.flows.rooms import Rooms
from sealane.grading import Alert, Authorisation, Published
from sealane.model.clock import from_micros
from sealane.model.party import Party

__all__ = ["InventoryRow", "Look", "PageEvidence", "collect_evidence"]

_MOST_LOOKS = 200
_DAY_SECONDS = 86_400


class InventoryRow(msgspec.Struct, frozen=True):
    """A script as it ran at the last look, with who authorised it and why; without one it is not authorised."""

    page: str
    name: str
    digest: str
    integrity: str
    authorisation: Authorisation | None


class Look(msgspec.Struct, frozen=True):
    """One look at the page, proved by its log entry."""

    at: datetime
    mode: str
    grade: str
    log_entry: str


class PageEvidence(msgspec.Struct, frozen=True):
    """The evidence; `longest_gap_days` is the longest time between two looks, up to now."""

    format: str
    party_id: str
    made_at: datetime
    requirements: tuple[str, ...]
    urls: tuple[str, ...]
    watched_since: datetime | None
    longest_gap_days: float | None
    inventory: tuple[InventoryRow, ...]
    authorised: tuple[Authorisation, ...]
    looks: tuple[Look, ...]
    changes: tuple[Alert, ...]
    log_key: str


def collect_evidence(rooms: Rooms, party: Party, now_us: int) -> PageEvidence:
    """Return the evidence as it stands now."""
    with rooms.database.reader() as conn:
        grading, party_id = rooms.grading, party.party_id
        watched, scripts = grading.watched(conn, party_id), grading.scripts(conn, party_id)
        published = grading.history(conn, party_id, _MOST_LOOKS)
        alerts = grading.alerts(conn, party_id)
        seen = grading.published(conn, party_id, published[0].grade_id)[1].pages if published else ()
    allowed = {one.name: one for one in scripts}
    return PageEvidence(
        format="sealane/payment-page@v1",
        party_id=party_id,
        made_at=from_micros(now_us),
        requirements=("PCI DSS 4.0.1, 6.4.3", "PCI DSS 4.0.1, 11.6.1"),
        urls=watched.terms.scan.urls if watched else (),
        watched_since=from_micros(watched.since_us) if watched else None,
        longest_gap_days=_longest_gap(published, now_us),
        inventory=tuple(
            InventoryRow(page.url, one.name, one.digest, one.integrity, allowed.get(one.name))
            for page in seen
            for one in page.scripts
        ),
        authorised=scripts,
        looks=tuple(
            Look(from_micros(one.graded_us), one.mode, one.graded.grade, one.entry_id) for one in reversed(published)
        ),
        changes=alerts,
        log_key=rooms.log.public_key(),
    )


def _longest_gap(published: list[Published], now_us: int) -> float | None:
    if not published:
        return None
    moments = [now_us, *(one.graded_us for one in published)]
    gaps = [later - earlier for later, earlier in pairwise(moments)]
    return round(max(gaps) / 1_000_000 / _DAY_SECONDS, 3)
