"""The root key in a file of the data folder, or given as text: the provider of one machine."""

from pathlib import Path

from sealane.keys.root import find_root, make_root
from sealane.keys.sealing import DataKey

__all__ = ["FileRoot"]


class FileRoot:
    """DIR/root.key, or the text of the setting `root_key`, which wins."""

    name = "file"

    def __init__(self, folder: Path, given: str | None = None) -> None:
        self._folder = folder
        self._given = given

    def find(self, kept: bytes) -> DataKey | None:  # noqa: ARG002 - the file holds all there is
        """Return the key, or None when there is neither a text nor a file.

        Raises:
            Misconfigured: when it is malformed, or its file is readable by others.
        """
        return find_root(self._folder, self._given)

    def make(self) -> tuple[DataKey, bytes]:
        """Return the key that is there, else make the file.

        Raises:
            Misconfigured: when the folder cannot be written, or what is there is malformed.
        """
        return self.find(b"") or make_root(self._folder), b""
