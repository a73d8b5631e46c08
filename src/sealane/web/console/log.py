"""The log page: entries, the signed checkpoint, the public key, and how anyone checks an entry without us.

Everything here is read from what the log has published, so the page shows what any outsider can see too.
"""

import shlex
from base64 import b64encode
from bisect import bisect_left

import msgspec

from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.ids import is_id
from sealane.supervision.entry import Entry, parse_entry
from sealane.supervision.folder import LogFolder
from sealane.supervision.proof import parse_bundle
from sealane.supervision.reading import PublishedTree
from sealane.supervision.witness.gathering import Gathering
from sealane.web.console.gate import Look, download, page

__all__ = [
    "CheckpointView",
    "EntryRow",
    "LogHead",
    "LogView",
    "WitnessRow",
    "find_decision",
    "head_of",
    "published",
    "read",
    "routes",
    "witnesses_of",
]

PAGE = 50


class LogHead(msgspec.Struct, frozen=True):
    """The signed head of the log in short; `root` in base64."""

    origin: str
    size: int
    root: str


class CheckpointView(msgspec.Struct, frozen=True):
    """The signed head; `lines` are the note as it was signed."""

    head: LogHead
    lines: tuple[str, ...]


class WitnessRow(msgspec.Struct, frozen=True):
    """One witness: how many entries it cosigned last, and why it does not cosign now (empty: it does)."""

    name: str
    size: int
    trouble: str


class EntryRow(msgspec.Struct, frozen=True):
    """One published entry; `time` is when it was committed, `content` the salted digest of what it is about."""

    index: int
    entry_id: str
    kind: str
    order_id: str | None
    time: str
    content: str


class LogView(msgspec.Struct, frozen=True):
    """Everything the page shows; `entry` when one was asked for."""

    checkpoint: CheckpointView | None
    witnesses: tuple[WitnessRow, ...]
    public_key: str
    commands: tuple[str, str, str]
    entry: str | None
    items: tuple[EntryRow, ...]
    next_page: str | None


def read(look: Look) -> LogView:
    """Return the page, for one entry or for a stretch of them, newest first.

    Raises:
        NotFound: when there is no such entry.
        InvalidInput: when the stretch cannot be meant.
    """
    log = look.lane.rooms.log
    head = head_of(look)
    asked = look.query.get("entry")
    before = _before(look, head.size)
    items = (_proven(look, asked),) if asked else _stretch(published(look), before)
    example = items[0].entry_id if items else "ENTRY"
    return LogView(
        checkpoint=CheckpointView(head, tuple(log.checkpoint_text().decode().splitlines())) if head.size else None,
        witnesses=witnesses_of(look),
        public_key=log.public_key(),
        commands=_commands(look, example),
        entry=asked,
        items=items,
        next_page=f"/console/log?before={items[-1].index}" if items and items[-1].index and not asked else None,
    )


def witnesses_of(look: Look) -> tuple[WitnessRow, ...]:
    """Return the log's witnesses, each with what it cosigned last."""
    gathering: Gathering = look.lane.rooms.log.witnesses()
    pairs = zip(gathering.policy.keys, gathering.states, strict=True)
    return tuple(WitnessRow(key.name, *state) for key, state in pairs)


def head_of(look: Look) -> LogHead:
    """Return the head that the log has published last."""
    checkpoint = look.lane.rooms.log.head().checkpoint
    return LogHead(checkpoint.origin, checkpoint.size, b64encode(checkpoint.root).decode())


def published(look: Look) -> tuple[PublishedTree, int]:
    """Return the published tree and its number of entries."""
    size = look.lane.rooms.log.head().checkpoint.size
    return PublishedTree(LogFolder(look.lane.folder / "log"), size), size


def find_decision(tree: tuple[PublishedTree, int], order_id: str, decided_us: int) -> str | None:
    """Return the id of the entry that a decision left; nothing before it is published.

    Entries stand in the order of their times, and an entry has the time of the flow that made it, so the log is
    its own index.
    """
    leaves, size = tree
    wanted = from_micros(decided_us).isoformat(timespec="microseconds").replace("+00:00", "Z")
    first = bisect_left(range(size), wanted, key=lambda index: parse_entry(leaves.leaf(index)).time)
    for index in range(first, size):
        entry = parse_entry(leaves.leaf(index))
        if entry.time != wanted:
            break
        if (entry.kind, entry.order_id) == ("order.decided", order_id):
            return entry.entry_id
    return None


def _before(look: Look, size: int) -> tuple[int, int]:
    """Return the stretch [first, last) of entries that is asked for."""
    text = look.query.get("before", str(size))
    if not (text.isascii() and text.isdigit()):
        detail = "Give the index that the stretch ends before."
        raise InvalidInput("The address cannot be meant.", errors=(FieldError("/before", "not-a-number", detail),))
    last = min(int(text), size)
    return max(0, last - PAGE), last


def _stretch(tree: tuple[PublishedTree, int], stretch: tuple[int, int]) -> tuple[EntryRow, ...]:
    leaves, _ = tree
    return tuple(_row(index, parse_entry(leaves.leaf(index))) for index in reversed(range(*stretch)))


def _proven(look: Look, entry_id: str) -> EntryRow:
    leaf, proof = parse_bundle(look.lane.rooms.log.prove(_checked(entry_id)))
    return _row(proof.index, parse_entry(leaf))


def _checked(entry_id: str) -> str:
    if not is_id(entry_id, "ent"):
        raise NotFound("There is no log entry with this id.")
    return entry_id


def _row(index: int, entry: Entry) -> EntryRow:
    return EntryRow(index, entry.entry_id, entry.kind, entry.order_id, entry.time, entry.content)


def _commands(look: Look, entry_id: str) -> tuple[str, str, str]:
    folder = shlex.quote(look.lane.settings.data_dir)
    return (
        f"echo {shlex.quote(look.lane.rooms.log.public_key())} > log.vkey",
        f"sealane log prove {entry_id} --data-dir {folder} --out entry.json",
        "sealane log verify entry.json --key log.vkey",
    )


def _bundle(look: Look) -> tuple[str, bytes]:
    entry_id = _checked(look.path["entry_id"])
    return f"{entry_id}.json", look.lane.rooms.log.prove(entry_id)


routes = [*page("/console/log", "log.html", read), download("/console/log/entries/{entry_id}/bundle", _bundle)]
