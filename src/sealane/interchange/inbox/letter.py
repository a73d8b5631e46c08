"""A letter: one webhook as it came in, and the places in it that a source's data names.

header:stripe-signature    query:token    data.tracking_status.location.country    notificationItems.*.Item
"""

from collections.abc import Iterator
from typing import Any

import msgspec

__all__ = ["Letter", "find", "find_all", "text_at"]


class Letter(msgspec.Struct, frozen=True):
    """The raw body with its document, and what of the head a source may sign."""

    body: bytes
    document: Any
    fields: dict[str, str]
    query: dict[str, str]
    method: str = "POST"
    path: str = ""

    def at(self, place: str) -> str:
        """Return the text at `header:NAME` or `query:NAME`; empty when there is none."""
        kind, _, name = place.partition(":")
        return (self.fields if kind == "header" else self.query).get(name, "")


def find(document: Any, path: str) -> Any:
    """Return what stands at a dotted path, or None; a number counts into a list, from the end when negative."""
    for step in path.split(".") if path else ():
        if isinstance(document, dict):
            document = document.get(step)
        elif isinstance(document, list) and step.lstrip("-").isdigit() and len(step) <= 3:  # noqa: PLR2004 - two digits
            place = int(step)
            document = document[place] if -len(document) <= place < len(document) else None
        else:
            return None
    return document


def find_all(document: Any, path: str) -> Iterator[Any]:
    """Yield what stands at each place that a path with `*` for every member of a list means."""
    head, star, rest = path.partition("*")
    if not star:
        yield find(document, path)
        return
    members = find(document, head.rstrip("."))
    for member in members if isinstance(members, list) else ():
        yield from find_all(member, rest.lstrip("."))


def text_at(document: Any, path: str) -> str | None:
    """Return a scalar at a path as text, or None; true is `true`, as senders write it."""
    value = find(document, path)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    return None
