"""Where the secrets of entries lie until they are erased: sealed under a key of the ring, bound to their entry.

    00 03 | envelope      version of the key in 2 bytes, then [secret, hash, {name: value}] in msgpack, AES-256-GCM

So a copy of the database alone opens no entry and tests no guess.
"""

from functools import lru_cache

import msgspec

from sealane.keys.ring import KeyRing
from sealane.keys.sealing import DataKey
from sealane.model.errors import EnvelopeInvalid
from sealane.supervision.commitment.fields import Material

__all__ = ["Safe"]

_VERSION_BYTES = 2
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Material).decode


class Safe:
    """Seals and opens the material of entries."""

    def __init__(self, ring: KeyRing) -> None:
        self._key = lru_cache(lambda version: ring.kek("log", version))
        self._ring = ring

    def seal(self, entry_id: str, material: Material) -> bytes:
        """Return an entry's material, sealed."""
        version = self._ring.newest("log")
        key: DataKey = self._key(version)
        return version.to_bytes(_VERSION_BYTES) + key.seal(_encode(material), entry_id.encode())

    def open(self, entry_id: str, sealed: bytes) -> Material:
        """Return the material of an entry.

        Raises:
            EnvelopeInvalid: when it was changed, moved from another entry, or sealed under a key of another ring.
        """
        key: DataKey = self._key(int.from_bytes(sealed[:_VERSION_BYTES]))
        try:
            return _decode(key.open(sealed[_VERSION_BYTES:], entry_id.encode()))
        except msgspec.DecodeError as error:
            raise EnvelopeInvalid(f"what was kept of entry {entry_id} cannot be read") from error
