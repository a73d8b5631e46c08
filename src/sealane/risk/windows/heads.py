"""Heads: which fact was the last to touch each key, noted beside every fact.

A fact is stored with the numbers of the facts before it on all of its keys, so everything known of a card or an address
at any past moment can be walked back to, fact by fact, without an index over keys.

    {"card": 812, "address": 640, "address@new_address": 77}

A title is the key kind's; after `@` stand the fields at which the fact itself asks for that key.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sealane.risk.facts import NOWHERE, Fact, Parcel, field_of
from sealane.risk.syntax import Part, build, constant, statements
from sealane.risk.windows.cells import Cells
from sealane.risk.windows.layout import SEQ, By, Heads, Pair, title_of
from sealane.risk.windows.reading import cell_handles, field_loads, key_statements

__all__ = ["HeadsFinder", "add_waiting", "build_heads", "key_of"]

HeadsFinder = Callable[[Fact, Parcel, Heads], None]

_LOOK = f"""
if KEY is not None:
    cell = HOT.get(KEY)
    if cell is None:
        body = COLD.get(KEY)
        if body is not None:
            cell = THAW(KEY, body)
    if cell is not None:
        heads[TITLE] = cell[{SEQ}]
"""


def key_of(fact: Fact, parcel: Parcel, fields: By) -> tuple[object, ...] | None:
    """Return the values that make a key on a fact, or None when one is unknown."""
    key = tuple(field_of(fact, parcel, field) for field in fields)
    return None if None in key else key


def build_heads(pairs: Iterable[Pair], cells: Mapping[By, Cells]) -> HeadsFinder:
    """Return the function that notes the last fact on each of these keys of a fact."""
    wanted = sorted(set(pairs))
    body = field_loads(field for _, asked in wanted for field in asked)
    namespace: dict[str, Any] = {}
    for by, asked in wanted:
        store = cells[by]
        namespace |= cell_handles(store)
        make_key, key = key_statements(asked)
        title = store.shape.title
        parts: dict[str, Part] = {
            "KEY": key,
            "HOT": f"hot_{title}",
            "COLD": f"cold_{title}",
            "THAW": f"thaw_{title}",
            "TITLE": constant(title_of((by, asked))),
        }
        body += [*make_key, *statements(_LOOK, **parts)]
    return build("find_heads", ("fact", "parcel", "heads"), body, namespace)


def add_waiting(
    heads: Heads, of: tuple[Fact, Parcel], pairs: Iterable[Pair], waiting: Iterable[tuple[int, Fact, frozenset[By]]]
) -> None:
    """Let facts that wait for the clock, with the key kinds they will touch, stand before the cells."""
    fact, parcel = of
    for pair in pairs:
        by, asked = pair
        key = key_of(fact, parcel, asked)
        for seq, earlier, touched in waiting:
            is_on_key = any(key_of(earlier, each, by) == key for each in earlier.parcels or (NOWHERE,))
            if key is not None and by in touched and is_on_key:
                heads[title_of(pair)] = seq
