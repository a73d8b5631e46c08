"""Key lines on the command line: given as a file that holds one, or as the line itself."""

from pathlib import Path
from typing import Annotated

import typer

from sealane.model.errors import InvalidInput
from sealane.supervision.verify import Quorum

__all__ = ["Key", "NeededWitnesses", "Witnesses", "key_line", "quorum_of"]

Key = Annotated[str, typer.Option("--key", help="The log's key line, or the file log.vkey that holds it.")]
Witnesses = Annotated[
    list[str] | None,
    typer.Option("--witness", help="A witness you trust: its key line, or a file with it; repeat for more."),
]
NeededWitnesses = Annotated[
    int | None, typer.Option("--quorum", min=0, help="How many of them must have cosigned (default: all).")
]


def key_line(given: str) -> str:
    """Return the key line that is given, or that stands in the file which is.

    Raises:
        InvalidInput: when it is a file that cannot be read.
    """
    path = Path(given)
    try:
        if path.is_file() or "+" not in given:
            return path.read_bytes().decode("utf-8", "replace").strip()
    except OSError as error:
        raise InvalidInput(
            f"{given} is neither a key line nor a file that can be read: {error.strerror}",
            remedy="Give the line that the log or witness published, or a file with nothing else in it.",
        ) from error
    return given.strip()


def quorum_of(witnesses: list[str] | None, needed: int | None) -> Quorum:
    """Return the witnesses that are trusted and how many must have cosigned."""
    lines = [key_line(given) for given in witnesses or []]
    return Quorum(lines, len(lines) if needed is None else needed)
