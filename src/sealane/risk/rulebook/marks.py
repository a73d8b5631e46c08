"""Marks: what the lists and snoozes say of a fact, noted in it when it is observed.

    listed   ",blocked,vip,"            a comma on both sides of each name, so that one name is never part of another
    snoozed  ",drop_address,"

A fact keeps its marks for ever, whatever the lists say later; without any list `listed` stays unknown.
"""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from sealane.risk.facts import Fact
from sealane.risk.rulebook.entries import Entry, NamedList, Snooze, values_of

__all__ = ["Marks", "joined"]

COMMA = ","
Ends = dict[bytes | str, list[tuple[str, int | None]]]
"""Value -> the names it stands under, each with its end in microseconds."""


class Marks:
    """All lists and snoozes in memory, by field and value."""

    def __init__(self, lists: Iterable[tuple[NamedList, Iterable[Entry]]] = (), snoozes: Iterable[Snooze] = ()) -> None:
        self._listed: dict[str, Ends] = {}
        self._snoozed: dict[str, Ends] = {}
        for named, entries in lists:
            values = self._listed.setdefault(named.field, {})
            for entry in entries:
                values.setdefault(entry.value, []).append((named.name, entry.expires_us))
        for snooze in snoozes:
            values = self._snoozed.setdefault(snooze.field, {})
            values.setdefault(snooze.value, []).append((snooze.rule, snooze.until_us))

    def note(self, fact: Fact) -> Fact:
        """Return the fact with its marks; the same fact while there are no lists and no snoozes."""
        if not self._listed and not self._snoozed:
            return fact
        listed = joined(_names(fact, self._listed)) if self._listed else None
        names = _names(fact, self._snoozed)
        return replace(fact, listed=listed, snoozed=joined(names) if names else None)


def _names(fact: Fact, by_field: dict[str, Ends]) -> set[str]:
    names: set[str] = set()
    for field, values in by_field.items():
        for value in values_of(fact, field):
            for name, end_us in values.get(value, ()):
                if end_us is None or fact.observed_us < end_us:
                    names.add(name)
    return names


def joined(names: Collection[str]) -> str:
    """Return names in order, each between commas: `,blocked,vip,`; a comma alone for none."""
    return COMMA.join(["", *sorted(set(names)), ""]) if names else COMMA
