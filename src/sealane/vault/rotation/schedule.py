"""When keys are replaced by themselves: some days after they were made, each kind on its own.

NIST SP 800-57 part 1 revision 5, section 5.3.6, limits how long a key may go on protecting new data; PCI DSS 3.7.4 asks
for a change at the end of that time. The root key is not among them: its backups lie apart, with people.
"""

from collections.abc import Iterable
from typing import Literal

from sealane.keys.ring import KeyVersion

__all__ = ["USES", "Rotatable", "due_of", "kinds_due"]

Rotatable = Literal["pii", "card", "index", "grant", "log", "inbox", "root"]
USES: dict[Rotatable, tuple[str, ...]] = {
    "pii": ("kek/pii",),
    "card": ("kek/card",),
    "index": ("kek/index", "blind/subjects"),
    "grant": ("blind/grants",),
    "log": ("kek/log",),
    "inbox": ("kek/inbox",),
}
"""The keys of the ring that each kind replaces."""

_DAY_US = 86_400_000_000


def due_of(versions: Iterable[KeyVersion], days: int) -> dict[str, int]:
    """Return when each key that is replaced by itself is to be, in microseconds; none with 0 days."""
    if not days:
        return {}
    made = {each.use: each.made_us for each in sorted(versions, key=lambda each: each.version)}
    return {use: made[use] + days * _DAY_US for uses in USES.values() for use in uses if use in made}


def kinds_due(versions: Iterable[KeyVersion], days: int, now_us: int) -> tuple[Rotatable, ...]:
    """Return the kinds that hold a key whose time is over."""
    over = {use for use, due_us in due_of(versions, days).items() if due_us <= now_us}
    return tuple(kind for kind, uses in USES.items() if over.intersection(uses))
