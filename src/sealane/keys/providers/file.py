"""The root key in a file of the data folder, or given as text: the provider of one machine."""

from pathlib import Path

from sealane.keys.files import move_secret
from sealane.keys.providers.contract import Root
from sealane.keys.root import FILE, NEXT_FILE, find_root, make_root
from sealane.keys.sealing import DataKey
from sealane.model.errors import Conflict

__all__ = ["FileRoot"]


class FileRoot(Root):
    """DIR/root.key, or the text of the setting `root_key`, which wins; while it is replaced, DIR/root.key.next too."""

    name = "file"
    is_local = True

    def __init__(self, folder: Path, given: str | None = None) -> None:
        self._folder = folder
        self._given = given

    def find(self, kept: bytes) -> DataKey | None:
        """Return the key, or None when there is neither a text nor a file.

        Raises:
            Misconfigured: when it is malformed, or its file is readable by others.
        """
        found = find_root(self._folder, self._given)
        # A key ring from before a root key could be replaced keeps nothing: its key is in the one place there was.
        if not kept or (found is not None and found.mark() == kept):
            return found
        following = find_root(self._folder, None, NEXT_FILE)
        return following if following is not None and following.mark() == kept else found

    def make(self) -> tuple[DataKey, bytes]:
        """Return the key that is there, else make the file.

        Raises:
            Misconfigured: when the folder cannot be written, or what is there is malformed.
        """
        return self.find(b"") or make_root(self._folder), b""

    def renew(self) -> tuple[DataKey, bytes]:
        """Return a new key, which lies beside the present one until it is settled.

        Raises:
            Conflict: when the present one is given as text.
            Misconfigured: when the folder cannot be written.
        """
        if self._given is not None:
            raise Conflict(
                "The root key is given as a setting, which only you can change.",
                remedy=f"Write it to {self._folder / FILE} (mode 0600), start without the setting, and rotate then.",
            )
        key = make_root(self._folder, NEXT_FILE)
        return key, key.mark()

    def settle(self, kept: bytes) -> None:
        """Put the new key in the place of the present one, if it is the one that `kept` names.

        Raises:
            Misconfigured: when the folder cannot be written.
        """
        following = find_root(self._folder, None, NEXT_FILE) if self._given is None else None
        if following is not None and following.mark() == kept:
            move_secret(self._folder / NEXT_FILE, self._folder / FILE)
