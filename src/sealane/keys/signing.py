"""Ed25519 signatures (RFC 8032); verifying raises, it never answers a boolean."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sealane.model.errors import SignatureInvalid

__all__ = ["Signer", "verify"]


class Signer:
    """An Ed25519 private key; prints as nothing but its kind."""

    __slots__ = ("_key", "public_key")

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "Signer":
        """Return a new random key."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "Signer":
        """Return the key of a 32-byte seed (RFC 8032 section 5.1.5)."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    @property
    def seed(self) -> bytes:
        """The 32-byte seed, for the key ring to wrap."""
        return self._key.private_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of the message."""
        return self._key.sign(message)

    def __repr__(self) -> str:
        return "Signer(***)"


def verify(public_key: bytes, signature: bytes, message: bytes) -> None:
    """Check an Ed25519 signature of 64 bytes under a public key of 32.

    Raises:
        SignatureInvalid: when the signature, the key or the message is not the signed one.
    """
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise SignatureInvalid from None
