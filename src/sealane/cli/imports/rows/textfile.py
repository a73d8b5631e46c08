"""Reading a file of text that somebody else wrote: UTF-8 line by line, and a plain sentence when it is not."""

from collections.abc import Iterator
from pathlib import Path

from sealane.model.errors import FieldError, InvalidInput

__all__ = ["MAX_LINE_BYTES", "file_refused", "read_lines"]

MAX_LINE_BYTES = 1 << 20
"""The longest line taken; a longer one is no export of orders."""

_BOM = b"\xef\xbb\xbf"
_FOREIGN = (
    (b"\xff\xfe", "UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8"),
    (b"\xfe\xff", "UTF-16 text", "iconv -f UTF-16 -t UTF-8 FILE > FILE.utf8"),
    (b"PK\x03\x04", "a workbook or an archive", "open it and save the sheet as `CSV UTF-8`"),
    (b"\x1f\x8b", "compressed with gzip", "gunzip FILE"),
)
_LATIN = "If it comes from a Western European Windows: iconv -f WINDOWS-1252 -t UTF-8 FILE > FILE.utf8"


def file_refused(path: Path, line: int, code: str, detail: str, *, remedy: str) -> InvalidInput:
    """Return the refusal of a whole file, naming the line; nothing of such a file is stored."""
    sentence = f"{path.name}, line {line}: {detail}"
    return InvalidInput(sentence, remedy=remedy, errors=(FieldError(f"/line/{line}", code, detail),))


def read_lines(path: Path) -> Iterator[str]:
    """Yield the lines of a UTF-8 file with their line ends; a byte order mark is dropped.

    Raises:
        InvalidInput: naming the line, when the file is in another encoding or no text at all.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
        _refuse_foreign(path, head)
        stream.seek(len(_BOM) if head.startswith(_BOM) else 0)
        number = 0
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            number += 1
            yield _decode(path, number, raw)


def _refuse_foreign(path: Path, head: bytes) -> None:
    for mark, name, remedy in _FOREIGN:
        if head.startswith(mark):
            raise file_refused(
                path, 1, "not-utf-8", f"the file is {name}, not UTF-8 text.", remedy=f"Convert it: {remedy}"
            )


def _decode(path: Path, number: int, raw: bytes) -> str:
    if len(raw) > MAX_LINE_BYTES:
        detail = f"the line is longer than {MAX_LINE_BYTES} bytes."
        raise file_refused(path, number, "too-long", detail, remedy="Check that this is the exported file.")
    if b"\0" in raw:
        detail = "the line holds NUL bytes, so this is no UTF-8 text (perhaps UTF-16)."
        raise file_refused(path, number, "not-utf-8", detail, remedy="Save the file as UTF-8.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as refusal:
        detail = f"byte {refusal.start + 1} is not UTF-8."
        raise file_refused(path, number, "not-utf-8", detail, remedy=f"Save the file as UTF-8. {_LATIN}") from None
