"""Hybrid public key encryption (RFC 9180): an answer that only the holder of one private key can read.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, mode base: 32 bytes of encapsulated key, then the ciphertext.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from sealane.model.errors import EnvelopeInvalid, InvalidInput

__all__ = ["PUBLIC_BYTES", "SUITE", "OpeningKey", "seal_to"]

PUBLIC_BYTES = 32
SUITE = "HPKE-X25519-SHA256-AES256GCM"
_suite = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class OpeningKey:
    """An X25519 private key (RFC 7748); prints as nothing but its kind."""

    __slots__ = ("_key", "public_key")

    def __init__(self, key: X25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "OpeningKey":
        """Return a new random key."""
        return cls(X25519PrivateKey.generate())

    @classmethod
    def from_secret(cls, secret: bytes) -> "OpeningKey":
        """Return the key of 32 secret bytes.

        Raises:
            InvalidInput: when they are not so many.
        """
        try:
            return cls(X25519PrivateKey.from_private_bytes(secret))
        except ValueError:
            raise InvalidInput("An X25519 private key has 32 bytes.") from None

    @property
    def secret(self) -> bytes:
        """The 32 bytes to keep."""
        return self._key.private_bytes_raw()

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Return what was sealed to this key for this purpose.

        Raises:
            EnvelopeInvalid: when it was altered, or sealed to another key or for another purpose.
        """
        try:
            return _suite.decrypt(sealed, self._key, info=info)
        except (InvalidTag, ValueError):
            raise EnvelopeInvalid from None

    def agree(self, public_key: bytes) -> bytes:
        """Return the 32 bytes that this key and another side's ephemeral one share (RFC 7748 section 6.1).

        Raises:
            ValueError: when the other key has not 32 bytes, or is one of those that share nothing.
        """
        return self._key.exchange(X25519PublicKey.from_public_bytes(public_key))

    def __repr__(self) -> str:
        return "OpeningKey(***)"


def seal_to(public_key: bytes, plaintext: bytes, info: bytes) -> bytes:
    """Return the plaintext sealed to an X25519 public key of 32 bytes; `info` binds it to its purpose.

    Raises:
        InvalidInput: when the bytes are no such key.
    """
    try:
        return _suite.encrypt(plaintext, X25519PublicKey.from_public_bytes(public_key), info=info)
    except ValueError:
        raise InvalidInput("The party's encryption key is no X25519 key of 32 bytes.") from None
