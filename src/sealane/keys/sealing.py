"""Envelopes: AES-256-GCM (NIST SP 800-38D) with a random nonce, bound to a place by its associated data.

    01 | nonce (12 bytes) | ciphertext (as long as the plaintext) | tag (16 bytes)    sealed under the key itself
    02 | nonce (12 bytes) | ciphertext (as long as the plaintext) | tag (16 bytes)    sealed under the key of a field

The first byte is the version of this format. The key of a field is expanded from the data key and the field's name
(HKDF-Expand with SHA-256, RFC 5869 section 2.3). Random 96-bit nonces are good for 2^32 envelopes a key; the key of a
field of one shopper or one card stays far below.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sealane.model.errors import EnvelopeInvalid

__all__ = ["KEY_BYTES", "OVERHEAD", "DataKey", "unwrap", "wrap"]

KEY_BYTES = 32
_WHOLE = b"\x01"
_FIELD = b"\x02"
_NONCE = 12
_START = 1 + _NONCE
_FIRST_BLOCK = b"\x01"
_MARK = 8
OVERHEAD = _START + 16
"""How many bytes an envelope is longer than what it holds."""


class DataKey:
    """A 256-bit key; prints as nothing but its kind."""

    __slots__ = ("_begun", "_made", "_secret")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self._secret = secret
        # Most keys are only ever expanded or only ever sealed under, so each part is made when it is first needed.
        self._made: AESGCM | None = None
        self._begun: HMAC | None = None

    @classmethod
    def generate(cls) -> "DataKey":
        """Return a new random key."""
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def from_bytes(cls, secret: bytes) -> "DataKey":
        """Return the key of these 32 bytes."""
        return cls(secret)

    def mark(self) -> bytes:
        """Return 8 bytes that tell this key from another and say nothing about it."""
        return self._expand(b"sealane mark")[:_MARK]

    def derive(self, name: bytes) -> "DataKey":
        """Return the key that this one expands to for a name; no other name gives it, and it does not lead back."""
        return DataKey(self._expand(name))

    def seal(self, plaintext: bytes, aad: bytes) -> bytes:
        """Return the envelope of the plaintext, which opens only under the same key and associated data."""
        nonce = os.urandom(_NONCE)
        return _WHOLE + nonce + self._cipher().encrypt(nonce, plaintext, aad)

    def seal_fields(self, plaintexts: Sequence[bytes], names: Sequence[bytes], aads: Sequence[bytes]) -> list[bytes]:
        """Return one envelope for each plaintext, each under the key of the field that is named beside it."""
        expand = self._expand
        return [
            _FIELD + nonce + AESGCM(expand(name)).encrypt(nonce, plaintext, aad)
            for nonce, plaintext, name, aad in zip(_nonces(len(plaintexts)), plaintexts, names, aads, strict=True)
        ]

    def open(self, envelope: bytes, aad: bytes) -> bytes:
        """Return the plaintext of an envelope.

        Raises:
            EnvelopeInvalid: when a bit of it was changed, or the key or the associated data is another.
        """
        if envelope[:1] != _WHOLE:
            raise EnvelopeInvalid("The envelope has no known format.")
        return _open(self._cipher(), envelope, aad)

    def open_field(self, envelope: bytes, name: bytes, aad: bytes) -> bytes:
        """Return the plaintext of a field's envelope; one that was sealed before fields had keys opens as well.

        Raises:
            EnvelopeInvalid: when a bit of it was changed, or the key, the name or the associated data is another.
        """
        if envelope[:1] != _FIELD:
            return self.open(envelope, aad)
        return _open(AESGCM(self._expand(name)), envelope, aad)

    def _cipher(self) -> AESGCM:
        made = self._made
        if made is None:
            made = self._made = AESGCM(self._secret)
        return made

    def _expand(self, name: bytes) -> bytes:
        """Return the first block of HKDF-Expand, which is as long as a key."""
        begun = self._begun
        if begun is None:
            begun = self._begun = HMAC(self._secret, SHA256())
        state = begun.copy()
        state.update(name + _FIRST_BLOCK)
        return state.finalize()

    def __repr__(self) -> str:
        return "DataKey(***)"


def _nonces(count: int) -> list[bytes]:
    noise = os.urandom(_NONCE * count)
    return [noise[at : at + _NONCE] for at in range(0, len(noise), _NONCE)]


def _open(cipher: AESGCM, envelope: bytes, aad: bytes) -> bytes:
    if len(envelope) < OVERHEAD:
        raise EnvelopeInvalid("The envelope has no known format.")
    try:
        return cipher.decrypt(envelope[1:_START], envelope[_START:], aad)
    except InvalidTag:
        raise EnvelopeInvalid from None


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
