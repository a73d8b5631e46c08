"""Writing what a command made to the file that the caller named: whole, or not at all."""

from pathlib import Path

from sealane.model.errors import InvalidInput

__all__ = ["write_out"]


def write_out(path: Path, data: bytes) -> None:
    """Write the file beside its place and move it there.

    Raises:
        InvalidInput: when it cannot be written; what was there before then still is.
    """
    draft = path.with_name(f"{path.name}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be written: {error.strerror}", remedy="Choose another --out.") from error
