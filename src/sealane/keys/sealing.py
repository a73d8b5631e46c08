"""Envelopes: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to a place by its associated data.

    01 | nonce (12 bytes) | ciphertext (as long as the plaintext) | tag (16 bytes)

The first byte is the version of this format. Random 96-bit nonces are good for 2^32 envelopes a key; a data key
serves one shopper or one card and stays far below.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sealane.model.errors import EnvelopeInvalid

__all__ = ["KEY_BYTES", "OVERHEAD", "DataKey", "unwrap", "wrap"]

KEY_BYTES = 32
_VERSION = b"\x01"
_NONCE = 12
OVERHEAD = len(_VERSION) + _NONCE + 16
"""How many bytes an envelope is longer than what it holds."""


class DataKey:
    """A 256-bit AES key; prints as nothing but its kind."""

    __slots__ = ("_cipher", "_secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self._secret = secret
        self._cipher = AESGCM(secret)

    @classmethod
    def generate(cls) -> "DataKey":
        """Return a new random key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def from_bytes(cls, secret: bytes) -> "DataKey":
        """Return the key of these 32 bytes."""
        return cls(secret)

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Return the envelope of the plaintext, which opens only under the same key and associated data."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plaintext, aad)

    def seal_each(self, plaintexts: Sequence[bytes], aads: Sequence[bytes]) -> list[bytes]:
        """Return one envelope for each plaintext with the associated data beside it; faster than one by one."""
        noise = os.urandom(_NONCE * len(plaintexts))
        nonces = [noise[at : at + _NONCE] for at in range(0, len(noise), _NONCE)]
        encrypt = self._cipher.encrypt
        return [
            _VERSION + nonce + encrypt(nonce, plaintext, aad)
            for nonce, plaintext, aad in zip(nonces, plaintexts, aads, strict=True)
        ]

    def open(self, envelope: bytes, aad: bytes) -> bytes:
        """Return the plaintext of an envelope.

        Raises:
            EnvelopeInvalid: when a bit of it was changed, or the key or the associated data is another.
        """
        if len(envelope) < OVERHEAD or envelope[:1] != _VERSION:
            raise EnvelopeInvalid("The envelope has no known format.")
        try:
            return self._cipher.decrypt(envelope[1 : 1 + _NONCE], envelope[1 + _NONCE :], aad)
        except InvalidTag:
            raise EnvelopeInvalid from None

    def __repr__(self) -> str:
        return "DataKey(***)"


def wrap(kek: DataKey, key: DataKey, aad: bytes = b"") -> bytes:
    """Return the key as an envelope of 61 bytes under a key-encryption key, bound to the associated data."""
    return kek.seal(key._secret, aad)  # noqa: SLF001 - wrapping is the one way out for the bytes of a key


def unwrap(kek: DataKey, wrapped: bytes, aad: bytes = b"") -> DataKey:
    """Return the key that `wrap` put into these bytes.

    Raises:
        EnvelopeInvalid: when they were changed, moved or wrapped under another key, or hold no key.
    """
    secret = kek.open(wrapped, aad)
    if len(secret) != KEY_BYTES:
        raise EnvelopeInvalid("The envelope holds no key.")
    return DataKey(secret)
