"""Lines of a file, one JSON document each, and the sentences for what is wrong with them.

orders.ndjson, line 18: The line is cut off in the middle. Write the file again, or remove the line.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

from sealane.model.errors import FieldError, InvalidInput

__all__ = ["MAX_LINE", "Line", "read_lines", "refuse"]

MAX_LINE = 16 * 1024 * 1024
"""No order or event is longer than 16 MiB; a longer line is no line."""

Line = tuple[int, bytes]
"""The number of a line, counted from 1, and its bytes without the line end."""


def read_lines(path: Path, on_bytes: Callable[[int], None]) -> Iterator[Line]:
    """Yield the lines that are not empty; `on_bytes` is told how many bytes each took.

    Raises:
        InvalidInput: when the file is missing or unreadable, or a line is too long or not UTF-8.
    """
    try:
        with path.open("rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
                if len(line) > MAX_LINE:
                    megabytes = MAX_LINE // 1024**2
                    refuse(path, number, f"The line is longer than {megabytes} MB", "Write one document a line.")
                on_bytes(len(line))
                body = line.strip()
                if body:
                    _check_text(path, number, body)
                    yield number, body
    except OSError as refusal:
        detail = f"{path.name} cannot be read: {refusal.strerror}."
        remedy = f"Give a folder that holds {path.name}; `sealane simulate` writes one."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError(path.name, "unreadable", detail),)) from refusal


def refuse(path: Path, number: int, what: str, remedy: str) -> NoReturn:
    """Refuse one line of a file.

    Raises:
        InvalidInput: always, naming the file and the line.
    """
    detail = f"{path.name}, line {number}: {what}."
    raise InvalidInput(detail, remedy=remedy, errors=(FieldError(f"{path.name}:{number}", "bad-line", detail),))


def _check_text(path: Path, number: int, body: bytes) -> None:
    """Refuse bytes that are no UTF-8 (RFC 3629)."""
    if not body.isascii():
        try:
            body.decode()
        except UnicodeDecodeError as error:
            refuse(path, number, f"Byte {error.start + 1} is not UTF-8", "Save the file as UTF-8.")
