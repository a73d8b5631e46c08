"""An authenticator of our own, which answers as the standard says, and in every wrong way we could think of."""

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.passkeys import Answer, Site, read_new, verify_use
from sealane.keys.public import encode_base64url
from sealane.model.errors import InvalidInput, SignatureInvalid

SITE = Site("https://lane.example")
CHALLENGE = bytes(range(32))
CREDENTIAL = b"credential-0001"
VERIFIED, ATTESTED = 0x05, 0x45


def cbor(value: Any) -> bytes:
    """Write what authenticators write (RFC 8949)."""
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value)) + value.encode()
    return head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())


def head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    return bytes([kind << 5 | 24, number]) if number < 256 else bytes([kind << 5 | 25]) + number.to_bytes(2)


class Authenticator:
    """One key of one kind."""

    def __init__(self, kind: str) -> None:
        if kind == "ES256":
            self.key: Any = ec.generate_private_key(ec.SECP256R1())
            numbers = self.key.public_key().public_numbers()
            self.cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        else:
            self.key = Ed25519PrivateKey.generate()
            self.cose = {1: 1, 3: -8, -1: 6, -2: self.key.public_key().public_bytes_raw()}

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(data)
        signature: bytes = self.key.sign(data, ec.ECDSA(hashes.SHA256()))
        return signature

    def make(self, site: Site = SITE, flags: int = ATTESTED, cose: Any = None) -> bytes:
        data = host_of(site) + bytes([flags]) + (1).to_bytes(4)
        data += bytes(16) + len(CREDENTIAL).to_bytes(2) + CREDENTIAL + cbor(cose or self.cose)
        return cbor({"fmt": "none", "attStmt": {}, "authData": data})

    def answer(self, client: bytes, site: Site = SITE, flags: int = VERIFIED) -> Answer:
        data = host_of(site) + bytes([flags]) + (2).to_bytes(4)
        return Answer(client, data, self.sign(data + hashlib.sha256(client).digest()))


def host_of(site: Site) -> bytes:
    return hashlib.sha256(site.host.encode()).digest()


def client(kind: str, challenge: bytes = CHALLENGE, origin: str = SITE.origin, **more: Any) -> bytes:
    told = {"type": f"webauthn.{kind}", "challenge": encode_base64url(challenge), "origin": origin, **more}
    return json.dumps(told).encode()


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
def test_what_was_made_can_be_used(kind: str) -> None:
    authenticator = Authenticator(kind)
    made = read_new(SITE, CHALLENGE, client("create"), authenticator.make())
    assert (made.credential, made.uses) == (CREDENTIAL, 1)
    assert verify_use(SITE, CHALLENGE, made.jwk, authenticator.answer(client("get"))) == 2


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
@pytest.mark.parametrize(
    "words",
    [
        client("create"),
        client("get", b"another challenge"),
        client("get", origin="https://lane.example.evil"),
        client("get", origin="http://lane.example"),
        client("get", crossOrigin=True),
        b"[]",
        b"{",
        b'{"type": "webauthn.get"}',
    ],
)
def test_an_answer_to_something_else_is_refused(kind: str, words: bytes) -> None:
    authenticator = Authenticator(kind)
    made = read_new(SITE, CHALLENGE, client("create"), authenticator.make())
    with pytest.raises(SignatureInvalid):
        verify_use(SITE, CHALLENGE, made.jwk, authenticator.answer(words))


@pytest.mark.parametrize("kind", ["ES256", "EdDSA"])
def test_another_site_another_key_and_an_unverified_person_are_refused(kind: str) -> None:
    authenticator = Authenticator(kind)
    made = read_new(SITE, CHALLENGE, client("create"), authenticator.make())
    words = client("get")
    good = authenticator.answer(words)
    for answer in (
        authenticator.answer(words, Site("https://other.example")),
        authenticator.answer(words, flags=0x01),
        authenticator.answer(words, flags=0x04),
        Authenticator(kind).answer(words),
        Answer(words, good.authenticator_data[:-1], good.signature),
        Answer(words, good.authenticator_data, good.signature[:-1]),
        Answer(words, good.authenticator_data, b""),
    ):
        with pytest.raises(SignatureInvalid):
            verify_use(SITE, CHALLENGE, made.jwk, answer)


def test_a_new_key_must_be_for_us_verified_and_of_a_known_kind() -> None:
    authenticator = Authenticator("ES256")
    with pytest.raises(SignatureInvalid):
        read_new(SITE, CHALLENGE, client("create"), authenticator.make(Site("https://other.example")))
    with pytest.raises(SignatureInvalid):
        read_new(SITE, CHALLENGE, client("create"), authenticator.make(flags=0x41))
    with pytest.raises(SignatureInvalid):
        read_new(SITE, CHALLENGE, client("get"), authenticator.make())
    wrong = [authenticator.cose | {3: -257}, authenticator.cose | {-1: 2}, {1: 2, 3: -7}, {1: 4, -1: b"secret"}]
    off_curve = authenticator.cose | {-2: bytes(31) + b"\x01"}
    for cose in [*wrong, off_curve]:
        with pytest.raises(InvalidInput):
            read_new(SITE, CHALLENGE, client("create"), authenticator.make(cose=cose))
    with pytest.raises(InvalidInput):
        read_new(SITE, CHALLENGE, client("create"), authenticator.make(flags=VERIFIED))


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(data: bytes) -> None:
    with pytest.raises((InvalidInput, SignatureInvalid)):
        read_new(SITE, CHALLENGE, client("create"), data)


@given(st.integers(0, 250), st.integers(0, 255))
def test_an_altered_byte_never_verifies(at: int, other: int) -> None:
    made = Authenticator("EdDSA").make()
    altered = bytearray(made)
    altered[at % len(made)] = other
    try:
        found = read_new(SITE, CHALLENGE, client("create"), bytes(altered))
    except (InvalidInput, SignatureInvalid):
        return
    assert found.jwk["kty"] == "OKP"
