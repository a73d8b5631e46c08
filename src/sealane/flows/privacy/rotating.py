"""Rotating: new keys for the vault, and an entry of the log that says which and when (PCI DSS 3.7.4 and 10.2.1)."""

from collections.abc import Iterable

import msgspec

from sealane.flows.rooms import Rooms
from sealane.vault.rotation.rotation import Rotatable

__all__ = ["rotate"]

_encode = msgspec.json.Encoder().encode


def rotate(rooms: Rooms, kinds: Iterable[Rotatable], *, emergency: bool = False) -> None:
    """Make a new key for each kind, and begin to bring everything under it; `emergency` re-encrypts the data as well.

    Raises:
        Conflict: when the root key cannot be replaced from here, as things are.
        Misconfigured: when the key ring cannot be written.
        DependencyUnavailable: when the disk refuses, or whoever holds the root key does not answer.
    """
    chosen = tuple(dict.fromkeys(kinds))
    rooms.vault.rotation.begin(chosen, emergency=emergency)
    told = _encode({"kinds": chosen, "emergency": emergency})
    rooms.database.run(lambda tx: rooms.log.append(tx, "key.rotated", order_id=None, content=told))
