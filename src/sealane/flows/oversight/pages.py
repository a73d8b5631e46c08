"""Facts of payment pages that are watched here: when each was last looked at, and the scripts it had then."""

import sqlite3
from collections.abc import Iterable, Iterator

from sealane.flows.rooms import Rooms
from sealane.grading import Watch
from sealane.model.party import Party
from sealane.supervision.controls.security import Run, Script

__all__ = ["page_checks", "scripts"]


def page_checks(rooms: Rooms, conn: sqlite3.Connection, parties: Iterable[Party], at_us: int) -> Iterator[Run]:
    """Yield the last look at each watched page up to a moment; a script that nobody authorised is an open finding."""
    for watched in _watched(rooms, conn, parties, at_us):
        yield Run(
            id=watched.party_id,
            job="page-check",
            at_us=watched.looked_us,
            is_ok=not watched.fault,
            open_findings=int(watched.unauthorised_us is not None),
        )


def scripts(rooms: Rooms, conn: sqlite3.Connection, parties: Iterable[Party], at_us: int) -> tuple[Script, ...] | None:
    """Return the scripts of the watched pages as they were last seen, or None when no page is watched."""
    found, is_watching = [], False
    for watched in _watched(rooms, conn, parties, at_us):
        is_watching = True
        seen = rooms.grading.baseline(conn, watched.party_id)
        allowed = {one.name: one for one in rooms.grading.scripts(conn, watched.party_id)}
        pages = seen.pages if seen else ()
        for script in {script.name: script for page in pages for script in page.scripts}.values():
            said = allowed.get(script.name)
            is_pinned = bool(script.integrity) or bool(said and said.digest and said.digest == script.digest)
            found.append(
                Script(
                    id=f"{watched.party_id} {script.name}",
                    entry=said.log_entry if said else None,
                    is_authorised=said is not None,
                    has_integrity=is_pinned or script.name.startswith("inline:"),
                    justification=said.justification if said else "",
                )
            )
    return tuple(found) if is_watching else None


def _watched(rooms: Rooms, conn: sqlite3.Connection, parties: Iterable[Party], at_us: int) -> Iterator[Watch]:
    for party in parties:
        watched = rooms.grading.watched(conn, party.party_id)
        if watched is not None and 0 < watched.looked_us <= at_us:
            yield watched
