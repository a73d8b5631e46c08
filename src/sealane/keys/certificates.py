"""Certificates of others, read but not trusted: what a server showed, whether or not anybody vouches for it.

read_certificate(der)  ->  CertificateFacts(key="EC", bits=256, signature="sha256", from_us=..., until_us=...)
"""

import warnings

import msgspec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.utils import CryptographyDeprecationWarning

from sealane.model.clock import to_micros
from sealane.model.errors import InvalidInput

__all__ = ["CertificateFacts", "read_certificate"]


class CertificateFacts(msgspec.Struct, frozen=True):
    """A certificate's key (`RSA`, `EC`, `DSA`, `other`) with its bits, the hash it is signed with, and its time."""

    key: str
    bits: int
    signature: str
    from_us: int
    until_us: int


def read_certificate(der: bytes) -> CertificateFacts:
    """Return what a certificate (RFC 5280, DER) says of itself.

    Raises:
        InvalidInput: when the bytes are no certificate.
    """
    try:
        with warnings.catch_warnings():
            # Whoever is graded may show a certificate that the library frowns upon; that is the point of looking.
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            found = x509.load_der_x509_certificate(der)
            key, bits = _key_of(found)
            hashed = found.signature_hash_algorithm
        return CertificateFacts(
            key,
            bits,
            hashed.name if hashed is not None else "built-in",
            to_micros(found.not_valid_before_utc),
            to_micros(found.not_valid_after_utc),
        )
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput("The server's certificate cannot be read.") from None


def _key_of(found: x509.Certificate) -> tuple[str, int]:
    key = found.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return "RSA", key.key_size
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "EC", key.curve.key_size
    if isinstance(key, dsa.DSAPublicKey):
        return "DSA", key.key_size
    return "other", 256
