"""Public keys of others, as JSON Web Keys (RFC 7517): each has one algorithm, which a message cannot choose.

    {"kty": "OKP", "crv": "Ed25519", "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"}

The algorithm is the key's own `alg`, or the one of its kind: EdDSA, ES256, ES384, ES512, or PS512 for RSA.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from sealane.model.errors import FieldError, InvalidInput, SignatureInvalid

__all__ = ["PublicKey", "decode_base64url", "encode_base64url", "read_jwk", "thumbprint"]

SMALLEST_RSA_BITS = 2048
LARGEST_RSA_BITS = 8192
ED25519_KEY_BYTES = 32
ED25519_SIGNATURE_BYTES = 64
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")
_CURVES: dict[str, tuple[ec.EllipticCurve, str, hashes.HashAlgorithm, int]] = {
    "P-256": (ec.SECP256R1(), "ES256", hashes.SHA256(), 32),
    "P-384": (ec.SECP384R1(), "ES384", hashes.SHA384(), 48),
    "P-521": (ec.SECP521R1(), "ES512", hashes.SHA512(), 66),
}
_HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
_RSA = frozenset({"PS256", "PS384", "PS512", "RS256", "RS384", "RS512"})
_MEMBERS = {"OKP": ("crv", "kty", "x"), "EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n")}
# Keys of CVE-2017-15361 (ROCA) are powers of 65537 modulo each of these primes; an honest key is so by chance once in
# many millions.
_ROCA_PRIMES = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)

Check = Callable[[bytes, bytes], None]


class PublicKey:
    """A public key, ready to verify; `algorithm` is its JWS name, `thumbprint` that of RFC 7638 in base64url."""

    __slots__ = ("_check", "algorithm", "thumbprint")

    def __init__(self, algorithm: str, thumbprint: str, check: Check) -> None:
        self.algorithm = algorithm
        self.thumbprint = thumbprint
        self._check = check

    def verify(self, signature: bytes, message: bytes) -> None:
        """Check a signature; ECDSA ones are `r || s` (RFC 7518 section 3.4).

        Raises:
            SignatureInvalid: when the signature, the key or the message is not the signed one.
        """
        try:
            self._check(signature, message)
        except (InvalidSignature, BadSignatureError, ValueError):
            raise SignatureInvalid from None

    def __repr__(self) -> str:
        return f"PublicKey({self.algorithm}, {self.thumbprint})"


def read_jwk(jwk: Mapping[str, Any], *, at: str = "/public_key") -> PublicKey:
    """Return the key of a JWK; private members are not looked at.

    Raises:
        InvalidInput: naming the member that is missing or wrong.
    """
    kind = jwk.get("kty")
    readers = {"OKP": _read_okp, "EC": _read_ec, "RSA": _read_rsa}
    reader = readers.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise _wrong(f"{at}/kty", "The key type is none of EC, OKP, RSA.")
    if jwk.get("use", "sig") != "sig":
        raise _wrong(f"{at}/use", "The key is not for signatures.")
    operations = jwk.get("key_ops")
    if operations is not None and "verify" not in operations:
        raise _wrong(f"{at}/key_ops", "The key is not for verifying.")
    algorithm, check = reader(jwk, at)
    if jwk.get("alg", algorithm) not in {algorithm, "Ed25519" if algorithm == "EdDSA" else algorithm}:
        raise _wrong(f"{at}/alg", f"A key of this kind verifies {algorithm} only.")
    return PublicKey(algorithm, thumbprint({name: jwk[name] for name in _MEMBERS[str(kind)]}), check)


def thumbprint(members: Mapping[str, Any]) -> str:
    """Return the thumbprint (RFC 7638) of a JWK of which only the required members are given, in base64url."""
    canonical = json.dumps(dict(members), separators=(",", ":"), sort_keys=True).encode()
    return encode_base64url(hashlib.sha256(canonical).digest())


def decode_base64url(text: str) -> bytes:
    """Return the bytes of strict base64url (RFC 4648 section 5): no padding, no other signs, no loose bits.

    Raises:
        ValueError: when the text is anything else.
    """
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("not base64url")
    decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode_base64url(decoded) != text:
        raise ValueError("not canonical base64url")
    return decoded


def encode_base64url(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _read_okp(jwk: Mapping[str, Any], at: str) -> tuple[str, Check]:
    if jwk.get("crv") != "Ed25519":
        raise _wrong(f"{at}/crv", "The one curve of OKP keys here is Ed25519.")
    point = _bytes(jwk, "x", at)
    if len(point) != ED25519_KEY_BYTES:
        raise _wrong(f"{at}/x", "An Ed25519 public key has 32 bytes.")

    def check(signature: bytes, message: bytes) -> None:
        # libsodium takes two thirds of OpenSSL's time. It reads the signature in front of the message.
        if len(signature) != ED25519_SIGNATURE_BYTES:
            raise InvalidSignature
        crypto_sign_open(signature + message, point)

    return "EdDSA", check


def _read_ec(jwk: Mapping[str, Any], at: str) -> tuple[str, Check]:
    known = _CURVES.get(str(jwk.get("crv")))
    if known is None:
        raise _wrong(f"{at}/crv", "The curve is none of P-256, P-384, P-521.")
    curve, algorithm, digest, size = known
    x, y = _bytes(jwk, "x", at), _bytes(jwk, "y", at)
    if not len(x) == len(y) == size:
        raise _wrong(f"{at}/x", f"The coordinates of this curve have {size} bytes.")
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(curve, b"\x04" + x + y)
    except (ValueError, UnsupportedAlgorithm):
        raise _wrong(f"{at}/x", "The point is not on the curve.") from None
    scheme = ec.ECDSA(digest)

    def check(signature: bytes, message: bytes) -> None:
        if len(signature) != 2 * size:
            raise InvalidSignature
        r, s = int.from_bytes(signature[:size]), int.from_bytes(signature[size:])
        key.verify(encode_dss_signature(r, s), message, scheme)

    return algorithm, check


def _read_rsa(jwk: Mapping[str, Any], at: str) -> tuple[str, Check]:
    modulus, exponent = int.from_bytes(_bytes(jwk, "n", at)), int.from_bytes(_bytes(jwk, "e", at))
    if not SMALLEST_RSA_BITS <= modulus.bit_length() <= LARGEST_RSA_BITS:
        raise _wrong(f"{at}/n", f"An RSA key has {SMALLEST_RSA_BITS} to {LARGEST_RSA_BITS} bits.")
    if _is_roca(modulus):
        raise _wrong(f"{at}/n", "The key is of the weak kind of CVE-2017-15361; make a new one.")
    algorithm = jwk.get("alg", "PS512")
    if algorithm not in _RSA:
        raise _wrong(f"{at}/alg", "The algorithm is none of PS256, PS384, PS512, RS256, RS384, RS512.")
    digest = _HASHES[algorithm[2:]]
    try:
        key = rsa.RSAPublicNumbers(exponent, modulus).public_key()
    except ValueError:
        raise _wrong(f"{at}/e", "The numbers are no RSA key.") from None
    fill: padding.AsymmetricPadding = padding.PKCS1v15()
    if algorithm.startswith("PS"):
        fill = padding.PSS(mgf=padding.MGF1(digest), salt_length=digest.digest_size)
    return algorithm, lambda signature, message: key.verify(signature, message, fill, digest)


def _is_roca(modulus: int) -> bool:
    return all(modulus % prime in {pow(65537, power, prime) for power in range(prime)} for prime in _ROCA_PRIMES)


def _bytes(jwk: Mapping[str, Any], name: str, at: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise _wrong(f"{at}/{name}", "This member is required, as base64url.")
    try:
        return decode_base64url(text)
    except ValueError:
        raise _wrong(f"{at}/{name}", "This member is not base64url without padding.") from None


def _wrong(pointer: str, detail: str) -> InvalidInput:
    return InvalidInput(f"{pointer}: {detail}", errors=(FieldError(pointer, "not-allowed", detail),))
