"""What an import will do, worked out before anything is stored: orders and events in the order they were observed."""

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput

__all__ = ["Item", "Plan", "Refusal", "stamp"]


class Item(msgspec.Struct, frozen=True):
    """One order or event, ready to send: the JSON body, the line it came from, and when it was observed."""

    observed_us: int
    is_event: bool
    line: int
    name: str
    body: bytes


class Refusal(msgspec.Struct, frozen=True):
    """Why a row was not taken: which field (JSON pointer), which rule, and a sentence without the value."""

    line: int
    code: str
    pointer: str
    detail: str

    @classmethod
    def of(cls, line: int, refusal: InvalidInput) -> "Refusal":
        """Return the refusal of a line by the first field at fault."""
        error = refusal.errors[0] if refusal.errors else FieldError("", refusal.code, refusal.detail)
        return cls(line, error.code, error.pointer, error.detail)


@dataclass(slots=True)
class Plan:
    """The items in the order they will be sent, and what was left out and why.

    All of it is held in memory, about half a kilobyte for each order, each event and each row of a joined file: a
    million orders with two events each want one and a half gigabytes.
    """

    items: list[Item] = field(default_factory=list)
    refusals: dict[int, Refusal] = field(default_factory=dict)
    event_refusals: dict[int, Refusal] = field(default_factory=dict)
    skipped: Counter[str] = field(default_factory=Counter)
    absent: Counter[tuple[str, str]] = field(default_factory=Counter)
    rows: int = 0
    orders: int = 0

    def sort(self) -> None:
        """Put the items in the order of observation; at the same instant an order goes before events."""
        self.items.sort(key=lambda item: (item.observed_us, item.is_event, item.line))


def stamp(micros: int) -> str:
    """Return a time as the wire writes it, `2017-10-02T14:07:00Z`."""
    return from_micros(micros).isoformat().replace("+00:00", "Z")
