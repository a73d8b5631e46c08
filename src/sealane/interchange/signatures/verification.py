"""Verification of a signed call: strict reading, the profile, the digest, and one signature check."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from sealane.interchange.signatures.digest import verify_digest
from sealane.interchange.signatures.fallback import verify_by_library
from sealane.interchange.signatures.message import Message, UnknownComponentError, signature_base
from sealane.interchange.signatures.profile import OLDEST_SECONDS, check_profile, choose
from sealane.interchange.signatures.reading import Candidate, read_signatures
from sealane.keys.public import PublicKey, read_jwk
from sealane.model.errors import NotAuthenticated, SignatureInvalid

__all__ = ["HTTP_ALGORITHMS", "KnownKey", "Proof", "verify_call"]

HTTP_ALGORITHMS = {
    "EdDSA": "ed25519",
    "ES256": "ecdsa-p256-sha256",
    "ES384": "ecdsa-p384-sha384",
    "PS512": "rsa-pss-sha512",
}
"""What RFC 9421 section 6.2 calls the algorithms of JOSE that keys of parties may have."""

# The Ed25519 example key of RFC 9421 appendix B.1.4: an unknown key id costs the same time as a known one.
_NOBODY = read_jwk({"kty": "OKP", "crv": "Ed25519", "x": "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs"})


class KnownKey(Protocol):
    """A key on record."""

    @property
    def party_id(self) -> str:
        """Whose it is."""

    @property
    def key(self) -> PublicKey:
        """What verifies."""


class Proof(msgspec.Struct, frozen=True, gc=False):
    """A verified signature: who signed, under which label, what stands for it among all, and until when it counts."""

    party_id: str
    key_id: str
    label: str
    mark: bytes
    until_us: int


def verify_call(message: Message, keys: Callable[[str], Sequence[KnownKey]], *, now_us: int) -> Proof:
    """Return the proof of a signed request; `keys` returns those on record under a key id that are valid now.

    Raises:
        SignatureInvalid: when the signature headers cannot be read or lack our tag.
        CoverageMissing: when the signature covers too little.
        Stale: when it is not of this moment.
        NotAuthenticated: when key, digest or signature do not hold; it does not say which.
    """
    if not message.fields.get("signature"):
        raise NotAuthenticated
    candidate = choose(read_signatures(message.fields))
    check_profile(candidate, message, now_us)
    known = keys(candidate.parameters["keyid"])
    try:
        _check_body(message)
        signer = _signer(message, candidate, known)
    except SignatureInvalid:
        raise NotAuthenticated from None
    until = candidate.parameters["created"] + OLDEST_SECONDS
    named = candidate.parameters.get("nonce") or candidate.text
    mark = hashlib.sha256(f"{signer.key.thumbprint}\0{named}".encode("latin-1")).digest()[:16]
    return Proof(signer.party_id, signer.key.thumbprint, candidate.label, mark, until * 1_000_000)


def _check_body(message: Message) -> None:
    given = message.fields.get("content-digest")
    if given is not None:
        verify_digest(given, message.body)


def _signer(message: Message, candidate: Candidate, known: Sequence[KnownKey]) -> KnownKey:
    """Return the key that the signature verifies under; one id may stand for keys of several parties."""
    if not known:
        _verify(message, candidate, _NOBODY)
        raise SignatureInvalid
    for each in known[:-1]:
        try:
            _verify(message, candidate, each.key)
        except SignatureInvalid:
            continue
        return each
    _verify(message, candidate, known[-1].key)
    return known[-1]


def _verify(message: Message, candidate: Candidate, key: PublicKey) -> None:
    named = candidate.parameters.get("alg")
    if named is not None and named != HTTP_ALGORITHMS.get(key.algorithm):
        raise SignatureInvalid("The message names another algorithm than the key's.")
    try:
        base = signature_base(message, candidate.covered, candidate.text)
    except UnknownComponentError:
        verify_by_library(message, candidate, key.verify)
    else:
        key.verify(candidate.signature, base)
