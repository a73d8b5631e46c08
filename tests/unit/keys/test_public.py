from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from sealane.keys.public import decode_base64url, encode_base64url, read_jwk
from sealane.model.errors import InvalidInput, SignatureInvalid
from signing import Signing

# RFC 7638 section 3.1 and RFC 8037 appendix A.3.
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
ED = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}


def number(value: int, size: int = 0) -> str:
    return encode_base64url(value.to_bytes(size or (value.bit_length() + 7) // 8))


def test_the_thumbprint_of_the_standard() -> None:
    assert read_jwk(ED | {"kid": "x", "use": "sig"}).thumbprint == THUMBPRINT


@pytest.mark.parametrize(("curve", "name", "size", "digest"), [
    (ec.SECP256R1(), "P-256", 32, hashes.SHA256()), (ec.SECP384R1(), "P-384", 48, hashes.SHA384()),
    (ec.SECP521R1(), "P-521", 66, hashes.SHA512())])  # fmt: skip
def test_curves(curve: ec.EllipticCurve, name: str, size: int, digest: hashes.HashAlgorithm) -> None:
    private = ec.generate_private_key(curve)
    point = private.public_key().public_numbers()
    key = read_jwk({"kty": "EC", "crv": name, "x": number(point.x, size), "y": number(point.y, size)})
    r, s = decode_dss_signature(private.sign(b"m", ec.ECDSA(digest)))
    signature = r.to_bytes(size) + s.to_bytes(size)
    key.verify(signature, b"m")
    for wrong in (b"", signature + b"\0", bytes(2 * size), signature[:-1]):
        with pytest.raises(SignatureInvalid):
            key.verify(wrong, b"m")
    with pytest.raises(SignatureInvalid):
        key.verify(signature, b"n")


def test_rsa_keys_have_the_algorithm_of_their_record() -> None:
    private = rsa.generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
    plain = private.sign(b"m", padding.PKCS1v15(), hashes.SHA256())
    assert read_jwk(jwk).algorithm == "PS512"
    read_jwk(jwk | {"alg": "RS256"}).verify(plain, b"m")
    with pytest.raises(SignatureInvalid):
        read_jwk(jwk).verify(plain, b"m")


@pytest.mark.parametrize("change", [
    {"kty": "oct"}, {"kty": None}, {"crv": "Ed448"}, {"x": "AA"}, {"x": None}, {"x": "a=="}, {"use": "enc"},
    {"key_ops": ["sign"]}, {"alg": "none"}, {"alg": "HS256"}])  # fmt: skip
def test_other_keys_are_refused_by_member(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_jwk(ED | change)
    assert refusal.value.errors[0].pointer.startswith("/public_key/")


@pytest.mark.parametrize("bits", [1024, 512])
def test_short_rsa_keys_are_refused(bits: int) -> None:
    with pytest.raises(InvalidInput):
        read_jwk({"kty": "RSA", "n": number((1 << bits) - 1), "e": "AQAB"})


@pytest.mark.parametrize("text", ["=", "A", "AB", "a+b/", "AA==", "A A", "\u00e9"])
def test_loose_base64url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        decode_base64url(text)


def test_repr_tells_algorithm_and_thumbprint_only() -> None:
    assert repr(read_jwk(ED)) == f"PublicKey(EdDSA, {THUMBPRINT})"
    assert Signing().thumbprint != THUMBPRINT
