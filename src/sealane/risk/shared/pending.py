"""Facts that are decided but may not be in the cells yet: those of this batch, and what other servers just committed.

They are sent along with each question, so a decision counts them whether or not their members have arrived; the shards
leave out what they have already.
"""

from collections import defaultdict
from collections.abc import Hashable

from sealane.risk.facts import Fact
from sealane.risk.shared.members import Entity, Members

__all__ = ["Pending"]

Additions = dict[Entity, list[bytes]]


class Pending:
    """Additions by fact and by key."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._facts: dict[int, tuple[Fact, Additions]] = {}
        self._by_key: defaultdict[Hashable, list[int]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._facts)

    def add(self, seq: int, fact: Fact) -> None:
        """Let a fact count for whoever asks later."""
        if seq in self._facts:
            return
        added = self._members.of(seq, fact)
        self._facts[seq] = fact, added
        for entity in added:
            self._by_key[entity].append(seq)

    def more(self, entity: Entity, now_us: int) -> list[bytes]:
        """Return what pending facts learned before a moment add to a key's cell."""
        found: list[bytes] = []
        for seq in self._by_key.get(entity, ()):
            fact, added = self._facts[seq]
            if fact.observed_us < now_us:
                found += added[entity]
        return found

    def head(self, entity: Entity) -> int:
        """Return the last pending fact on a key, those of this very moment among them, or 0."""
        return max(self._by_key.get(entity, ()), default=0)

    def has(self, event_id: str) -> bool:
        """Tell whether an event is among them."""
        return any(fact.event_id == event_id for fact, _ in self._facts.values())

    def additions(self, seqs: list[int]) -> Additions:
        """Return all that these facts add, by key."""
        merged: Additions = {}
        for seq in seqs:
            for entity, members in self._facts[seq][1].items():
                merged.setdefault(entity, []).extend(members)
        return merged

    def drop(self, seqs: list[int]) -> None:
        """Forget some of them."""
        gone = set(seqs)
        left = {seq: held for seq, held in self._facts.items() if seq not in gone}
        self.clear()
        for seq, held in left.items():
            self._facts[seq] = held
            for entity in held[1]:
                self._by_key[entity].append(seq)

    def clear(self) -> None:
        """Forget all of them."""
        self._facts.clear()
        self._by_key.clear()
