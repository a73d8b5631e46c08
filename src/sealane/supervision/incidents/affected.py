"""Who is affected, computed from the disclosures: who held which field of whom, and when, not guessed.

scope = Scope(party="pty_...", fields=("name", "address"), from_us=..., to_us=...)
found = affected(holdings, scope)      subjects by field, and how many in all
"""

from collections import defaultdict
from collections.abc import Iterable

import msgspec

__all__ = ["Affected", "Holding", "Scope", "affected"]


class Holding(msgspec.Struct, frozen=True):
    """A subject's fields in the hands of a party, from their release until they had to be gone."""

    subject_id: str
    party_id: str
    fields: tuple[str, ...]
    from_us: int
    until_us: int
    legs: tuple[str, ...] = ()


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was open: whose hands, which fields (none: all), and from when to when."""

    party_id: str
    from_us: int
    to_us: int
    fields: tuple[str, ...] = ()


class Affected(msgspec.Struct, frozen=True):
    """The subjects, by vault handle, and how many of them each field concerns."""

    subjects: tuple[str, ...]
    by_field: dict[str, int]


def affected(holdings: Iterable[Holding], scope: Scope) -> Affected:
    """Return whose data the party held inside the window: released before its end, not gone before its start."""
    by_field: dict[str, set[str]] = defaultdict(set)
    for holding in holdings:
        if holding.party_id != scope.party_id:
            continue
        if holding.from_us >= scope.to_us or holding.until_us <= scope.from_us:
            continue
        for field in holding.fields:
            if not scope.fields or field in scope.fields:
                by_field[field].add(holding.subject_id)
    subjects = set().union(*by_field.values()) if by_field else set()
    return Affected(tuple(sorted(subjects)), {field: len(people) for field, people in sorted(by_field.items())})
