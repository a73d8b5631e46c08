"""Finding entries of the log, for everybody, and how one of them is proven, step by step.

/audit?q=ent_...          one entry, by its id or its place
/audit?q=ord_...          the decisions on an order
/audit?q=shop.example     the grades of a shop, by its address
/audit?kind=key.rotated&before=2026-11-22T09:30      what happened last, until then
/audit/entries/ent_.../path                          the hashes from this entry up to the signed root
"""

import re
from base64 import b64encode
from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec

from sealane.model.clock import to_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.ids import is_id
from sealane.supervision.checkpoint import parse_checkpoint
from sealane.supervision.entry import Entry, parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.merkle import inclusion_ranges, leaf_hash, node_hash
from sealane.supervision.note import split_note
from sealane.supervision.proof import parse_bundle
from sealane.supervision.reading import PublishedTree
from sealane.web.console.log import find_decision
from sealane.web.public.shops import shop_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sealane.app import Sealane

__all__ = ["EntryView", "Found", "PathView", "bundle_of", "find", "path_of"]

PAGE = 20
LOOKED_AT = 1_000
"""Entries looked at for a kind; what lies further back is found by a time before it."""

_KIND = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}")
_ADDRESS = re.compile(r"[A-Za-z0-9.-]{1,250}\.[A-Za-z]{2,20}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?Z?)?")


class EntryView(msgspec.Struct, frozen=True):
    """One entry as everybody sees it."""

    index: int
    entry_id: str
    kind: str
    order_id: str | None
    time: str
    content: str


class Found(msgspec.Struct, frozen=True):
    """What was asked for, what was found, and the time to go on before when there may be more."""

    q: str = ""
    kind: str = ""
    before: str = ""
    items: tuple[EntryView, ...] = ()
    onward: str | None = None

    @classmethod
    def of(cls, asked: "Mapping[str, str]") -> "Found":
        """Return the question, with nothing found for it yet."""
        q, kind, before = (asked.get(name, "").strip() for name in ("q", "kind", "before"))
        return cls(q, kind, before)

    @property
    def is_asked(self) -> bool:
        """Whether anything was asked for."""
        return bool(self.q or self.kind or self.before)


class Step(msgspec.Struct, frozen=True):
    """One step up: the sibling and its side, the entries that it stands for, and the hash of both together."""

    sibling: str
    is_left: bool
    first: int
    last: int
    result: str


class PathView(msgspec.Struct, frozen=True):
    """How an entry is proven: its leaf, the steps, and the root that was signed."""

    entry: EntryView
    leaf: str
    leaf_hash: str
    steps: tuple[Step, ...]
    root: str
    size: int


def find(lane: "Sealane", found: Found) -> Found:
    """Return the entries asked for, the newest first.

    Raises:
        InvalidInput: when the question cannot be meant.
        NotFound: when nothing is there.
    """
    if found.q:
        return msgspec.structs.replace(found, items=_named(lane, found.q))
    if found.kind and not _KIND.fullmatch(found.kind):
        raise _wrong("kind", "Write the kind as noun.verb, such as key.rotated.")
    if found.before and not _TIME.fullmatch(found.before):
        raise _wrong("before", "Write the time in UTC as 2026-11-22T09:30.")
    return _latest(lane, found) if found.is_asked else found


def path_of(lane: "Sealane", entry_id: str) -> PathView:
    """Return how an entry is proven.

    Raises:
        NotFound: when there is no such entry.
    """
    leaf, proof = parse_bundle(bundle_of(lane, entry_id))
    head = parse_checkpoint(split_note(proof.checkpoint)[0])
    known, steps = leaf_hash(leaf), []
    for (low, high), sibling in zip(inclusion_ranges(proof.index, head.size), proof.hashes, strict=True):
        is_left = low < proof.index
        known = node_hash(sibling, known) if is_left else node_hash(known, sibling)
        steps.append(Step(_text(sibling), is_left, low, high - 1, _text(known)))
    entry = _view(proof.index, parse_entry(leaf))
    return PathView(entry, leaf.decode(), _text(leaf_hash(leaf)), tuple(steps), _text(head.root), head.size)


def bundle_of(lane: "Sealane", entry_id: str) -> bytes:
    """Return the file that proves an entry offline.

    Raises:
        NotFound: when there is no such entry.
    """
    try:
        if is_id(entry_id, "ent"):
            return lane.rooms.log.prove(entry_id)
    except NotFound:
        pass
    raise NotFound("There is no log entry with this id.", remedy="Copy the id again, whole: ent_ and 26 characters.")


def _named(lane: "Sealane", name: str) -> tuple[EntryView, ...]:
    if is_id(name, "ent"):
        return (_by_id(lane, name),)
    if is_id(name, "ord"):
        return _decisions(lane, name)
    if _ADDRESS.fullmatch(name):
        return _grades(lane, name.lower())
    tree, size = _tree(lane)
    if not (name.isascii() and name.isdigit() and len(name) < len(str(1 << 63))):
        raise _wrong("q", "Write the id of an entry (ent_...) or an order (ord_...), a place, or a shop's address.")
    if int(name) >= size:
        raise NotFound("The log has no entry at this place yet; the first has the place 0.")
    return (_view(int(name), parse_entry(tree.leaf(int(name)))),)


def _decisions(lane: "Sealane", order_id: str) -> tuple[EntryView, ...]:
    with lane.rooms.database.reader() as conn:
        decided = [to_micros(each.decided_at) for each in lane.rooms.risk.decisions(conn, order_id)]
    tree = _tree(lane)
    names = dict.fromkeys(find_decision(tree, order_id, at_us) for at_us in decided[:PAGE])
    items = tuple(_by_id(lane, name) for name in names if name)
    if not items:
        raise NotFound("The log has no decision on this order.")
    return items[::-1]


def _grades(lane: "Sealane", domain: str) -> tuple[EntryView, ...]:
    """Return the entries of a shop's grades; which they are is on the shop's public page already."""
    try:
        party = shop_of(lane, domain)
    except NotFound:
        raise NotFound("The log has no grade of this shop.") from None
    with lane.rooms.database.reader() as conn:
        graded = lane.rooms.grading.history(conn, party.party_id, PAGE)
    if not graded:
        raise NotFound("The log has no grade of this shop.")
    return tuple(_by_id(lane, each.entry_id) for each in graded)


def _latest(lane: "Sealane", found: Found) -> Found:
    tree, size = _tree(lane)
    end = size
    if found.before:
        end = bisect_left(range(size), found.before, key=lambda index: parse_entry(tree.leaf(index)).time)
    items: list[EntryView] = []
    entry = None
    for index in range(end - 1, max(-1, end - 1 - LOOKED_AT), -1):
        entry = parse_entry(tree.leaf(index))
        if found.kind in {"", entry.kind}:
            items.append(_view(index, entry))
        if len(items) == PAGE:
            break
    onward = entry.time if entry and end > len(items) and (len(items) == PAGE or end > LOOKED_AT) else None
    return msgspec.structs.replace(found, items=tuple(items), onward=onward)


def _by_id(lane: "Sealane", entry_id: str) -> EntryView:
    leaf, proof = parse_bundle(bundle_of(lane, entry_id))
    return _view(proof.index, parse_entry(leaf))


def _tree(lane: "Sealane") -> tuple[PublishedTree, int]:
    size = lane.rooms.log.head().checkpoint.size
    return PublishedTree(LogFolder(lane.folder / "log"), size), size


def _view(index: int, entry: Entry) -> EntryView:
    return EntryView(index, entry.entry_id, entry.kind, entry.order_id, entry.time, entry.content)


def _text(digest: bytes) -> str:
    return b64encode(digest).decode()


def _wrong(name: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(f"/{name}", "not-allowed", detail),))
