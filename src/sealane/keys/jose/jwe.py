"""JSON Web Encryption (RFC 7516) to an X25519 key, read strictly: one algorithm, no compression, nothing to compute.

eyJhbGciOiJFQ0RILUVTIiwi...   header, an empty key, nonce, ciphertext and tag in base64url, parted by dots

ECDH-ES with direct key agreement (RFC 7518 section 4.6, RFC 8037 section 3.2) and A256GCM. A header that names anything
else is refused before any work: no password is stretched (`p2c`), nothing is inflated (`zip`), no address is opened.
"""

import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash

from sealane.keys.hpke import OpeningKey
from sealane.keys.jose.jws import read_object
from sealane.keys.public import decode_base64url
from sealane.model.errors import EnvelopeInvalid, SignatureInvalid

__all__ = ["ALGORITHM", "ENCRYPTION", "LONGEST_HEADER", "open_jwe"]

ALGORITHM = "ECDH-ES"
ENCRYPTION = "A256GCM"
LONGEST_HEADER = 4096
"""Characters of a protected header at most."""

_KEY_BYTES, _NONCE_BYTES, _TAG_BYTES = 32, 12, 16
_MEMBERS = frozenset({"alg", "enc", "epk", "kid", "apu", "apv", "typ", "cty"})


def open_jwe(token: bytes, key: OpeningKey) -> bytes:
    """Return the plaintext of a compact JWE that was made for this key.

    Raises:
        EnvelopeInvalid: when it is not strictly written, asks for anything but ECDH-ES with A256GCM, was altered, or
            was made for another key; it does not say which of the latter two.
    """
    parts = token.split(b".", 5)
    if len(parts) != 5 or len(parts[0]) > LONGEST_HEADER:  # noqa: PLR2004 - RFC 7516 section 7.1
        raise EnvelopeInvalid("The body is no compact JWE with five parts and a short header.")
    try:
        head, wrapped, nonce, content, tag = (part.decode("ascii") for part in parts)
        header = read_object(head)
        sealed = decode_base64url(content) + _sized(tag, _TAG_BYTES)
        secret = _agreed(header, wrapped, key)
        return AESGCM(secret).decrypt(_sized(nonce, _NONCE_BYTES), sealed, parts[0])
    except (TypeError, ValueError, SignatureInvalid, InvalidTag):
        detail = f"The body does not open: it takes {ALGORITHM} with {ENCRYPTION}, made for the key of this server."
        raise EnvelopeInvalid(detail) from None


def _agreed(header: dict[str, object], wrapped: str, key: OpeningKey) -> bytes:
    """Return the content key of RFC 7518 section 4.6.2."""
    ephemeral = header.get("epk")
    if wrapped or header.get("alg") != ALGORITHM or header.get("enc") != ENCRYPTION or header.keys() - _MEMBERS:
        raise EnvelopeInvalid(f"The header of the body names more or other than {ALGORITHM} with {ENCRYPTION}.")
    if not isinstance(ephemeral, dict) or (ephemeral.get("kty"), ephemeral.get("crv")) != ("OKP", "X25519"):
        raise EnvelopeInvalid("The header of the body has no ephemeral X25519 key.")
    shared = key.agree(_sized(ephemeral.get("x"), _KEY_BYTES))
    named = (ENCRYPTION.encode(), *(_sized(header.get(name, "")) for name in ("apu", "apv")))
    info = b"".join(struct.pack(">I", len(each)) + each for each in named) + struct.pack(">I", _KEY_BYTES * 8)
    return ConcatKDFHash(SHA256(), _KEY_BYTES, info).derive(shared)


def _sized(text: object, size: int | None = None) -> bytes:
    """Return the bytes of a part.

    Raises:
        TypeError: when it is no text.
        ValueError: when it is no base64url, or not of that many bytes.
    """
    if not isinstance(text, str):
        raise TypeError("no text")
    data = decode_base64url(text)
    if size is not None and len(data) != size:
        raise ValueError("another length")
    return data
