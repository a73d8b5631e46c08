"""Private RSA keys of others' schemes, for playing the sender of a webhook in a test of its receiver.

Sealane itself signs with Ed25519 from its key ring; a sender of the conformance kit signs as the real one does, RS256.
"""

from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sealane.keys.public import decode_base64url, encode_base64url
from sealane.model.errors import FieldError, InvalidInput

__all__ = ["RsaSigner"]

BITS = 2048
EXPONENT = 65_537


class RsaSigner:
    """An RSA private key that signs RS256 (RFC 7518 section 3.3); prints as nothing but its kind."""

    __slots__ = ("_key",)

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        self._key = key

    @classmethod
    def generate(cls) -> "RsaSigner":
        """Return a new random key of 2048 bits."""
        return cls(rsa.generate_private_key(EXPONENT, BITS))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> "RsaSigner":
        """Return the key of a private JWK (RFC 7518 section 6.3.2): members `n`, `e` and `d` are enough.

        Raises:
            InvalidInput: when it is no private RSA key.
        """
        try:
            n, e, d = (int.from_bytes(decode_base64url(str(jwk[name]))) for name in ("n", "e", "d"))
            p, q = rsa.rsa_recover_prime_factors(n, e, d)
            dmp1, dmq1, iqmp = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
            numbers = rsa.RSAPrivateNumbers(p, q, d, dmp1, dmq1, iqmp, rsa.RSAPublicNumbers(e, n))
            return cls(numbers.private_key())
        except (KeyError, ValueError):
            detail = "This is no private RSA key as JWK."
            raise InvalidInput(detail, errors=(FieldError("/d", "not-allowed", detail),)) from None

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message (RSASSA-PKCS1-v1_5 with SHA-256)."""
        return self._key.sign(message, padding.PKCS1v15(), hashes.SHA256())

    def public_jwk(self) -> dict[str, str]:
        """Return the public half, for the receiver."""
        numbers = self._key.public_key().public_numbers()
        return {"kty": "RSA", "n": _text(numbers.n), "e": _text(numbers.e)}

    def private_jwk(self) -> dict[str, str]:
        """Return the whole key, to be kept secret."""
        return {**self.public_jwk(), "d": _text(self._key.private_numbers().d)}

    def __repr__(self) -> str:
        return "RsaSigner(***)"


def _text(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8))
