"""Standing: the grade that a shop has here, for whoever checks a link to it and for the market's tables."""

import sqlite3
from collections.abc import Callable

from sealane.flows.rooms import Rooms
from sealane.storage import parties

__all__ = ["UNGRADED", "grade_of_merchants", "grade_of_shops"]

UNGRADED = "U"
_HISTORY = 1000
"""Grades of a merchant that are looked at, the newest first: nearly three years of one a day."""


def grade_of_shops(rooms: Rooms, conn: sqlite3.Connection) -> Callable[[str], str | None]:
    """Return what tells the newest grade of the merchant that lists a domain; None where there is none to tell."""

    def grade(domain: str) -> str | None:
        names = {domain, f"www.{domain}"}
        for party in parties.everyone(conn):
            if party.has("merchant") and any(each.lower() in names for each in party.domains):
                published = rooms.grading.latest(conn, party.party_id)
                return published.graded.grade if published and published.graded.grade != UNGRADED else None
        return None

    return grade


def grade_of_merchants(rooms: Rooms, conn: sqlite3.Connection) -> Callable[[str, int], str]:
    """Return what tells the grade that a merchant had at a moment, `U` before its first; each is read once."""
    known: dict[str, list[tuple[int, str]]] = {}

    def grade(merchant_id: str, at_us: int) -> str:
        if merchant_id not in known:
            grades = rooms.grading.history(conn, merchant_id, _HISTORY)
            known[merchant_id] = [(each.graded_us, each.graded.grade) for each in grades]
        return next((name for graded_us, name in known[merchant_id] if graded_us <= at_us), UNGRADED)

    return grade
