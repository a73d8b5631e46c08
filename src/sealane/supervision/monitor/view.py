"""What a monitor has seen of one log, in a folder of its own.

    checkpoint                    the last checkpoint that passed, as the log signed it
    edge.json                     the hashes from which the tree grows on: {"size": 1024, "levels": [[], ["9f86..."]]}
    evidence/<us>-before.note     the checkpoint that had passed, and
    evidence/<us>-refused.note    the one that contradicts it, both signed by the log: nobody else can make such a pair

Each file appears whole or not at all.
"""

import json
from pathlib import Path
from typing import NamedTuple

from sealane.model.errors import InvalidInput
from sealane.supervision.folder import write_whole
from sealane.supervision.tiles import Edge

__all__ = ["Seen", "View"]

_CHECKPOINT = "checkpoint"
_EDGE = "edge.json"


class Seen(NamedTuple):
    """The last checkpoint that passed, as a note, and the edge of the tree's full tiles."""

    note: bytes
    edge: Edge


class View:
    """The folder of a monitor."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def seen(self) -> Seen | None:
        """Return what was seen last, or None at the first look.

        Raises:
            InvalidInput: when the files are damaged.
        """
        try:
            note = (self.path / _CHECKPOINT).read_bytes()
            document = json.loads((self.path / _EDGE).read_bytes())
            levels = [[bytes.fromhex(one) for one in level] for level in document["levels"]]
            return Seen(note, Edge.resume(int(document["size"]), levels))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InvalidInput(
                f"{self.path} does not hold the view of a monitor: {type(error).__name__}",
                remedy="Give another --view, or restore it; to begin anew would forget what was seen.",
            ) from error

    def keep(self, note: bytes, edge: Edge) -> None:
        """Keep a checkpoint that passed and the tree it was checked with.

        Raises:
            DependencyUnavailable: when the folder cannot be written.
        """
        size, levels = edge.full_tiles()
        document = {"size": size, "levels": [[one.hex() for one in level] for level in levels]}
        # The edge may be behind the checkpoint, as it is proven again on the way; it may not be ahead.
        write_whole(self.path / _CHECKPOINT, note)
        write_whole(self.path / _EDGE, json.dumps(document).encode())

    def keep_evidence(self, refused: bytes, now_us: int) -> Path:
        """Keep a checkpoint that did not pass beside the one that had; return the folder of the evidence.

        Raises:
            DependencyUnavailable: when the folder cannot be written.
        """
        folder = self.path / "evidence"
        seen = self.seen()
        if seen is not None:
            write_whole(folder / f"{now_us}-before.note", seen.note)
        write_whole(folder / f"{now_us}-refused.note", refused)
        return folder
