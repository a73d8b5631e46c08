"""Verifiable oblivious pseudorandom function: VOPRF(ristretto255, SHA-512) of RFC 9497, over libsodium's group.

A client blinds an input, a server evaluates it under its key and proves that it used that key, the client unblinds:
the server learns neither the input nor the output, the client learns the output of this one input.

    blinded, element = blind(b"phone|1|+351912345678")
    [evaluated], proof = key.evaluate([element])
    verify_evaluation(key.public_key, [element], [evaluated], proof)
    output = finalize(b"phone|1|+351912345678", blinded, evaluated)      # 64 bytes

Several servers that hold shares evaluate the same element; `combine` adds their answers, which gives the answer under
the sum of their keys. The group is not safe against a large quantum computer.
"""

import hmac
import os
from collections.abc import Sequence
from hashlib import sha512
from typing import Final, NamedTuple

import rbcl  # type: ignore[import-untyped]  # the package has no type information

from sealane.model.errors import ProofInvalid

__all__ = [
    "ELEMENT_BYTES",
    "PROOF_BYTES",
    "EvaluationKey",
    "Filling",
    "blind",
    "combine",
    "fill",
    "finalize",
    "verify_evaluation",
]

ELEMENT_BYTES: Final = 32
PROOF_BYTES: Final = 64
_CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"
_BLOCK = 128
_WIDE = 64
_OTHER_KEY = "The evaluation was not made under the key that its server is known by."


class Filling(NamedTuple):
    """An element that only fills a question up: its scalar, itself, and its answer under each of some keys."""

    scalar: bytes
    element: bytes
    answers: tuple[bytes, ...]


class EvaluationKey:
    """A server's private scalar with its public element; prints as nothing but its kind."""

    __slots__ = ("_scalar", "public_key")

    def __init__(self, scalar: bytes) -> None:
        self._scalar = scalar
        self.public_key: bytes = rbcl.crypto_scalarmult_ristretto255_base(scalar)

    @classmethod
    def generate(cls) -> "EvaluationKey":
        """Return a new random key."""
        return cls(rbcl.crypto_core_ristretto255_scalar_random())

    @classmethod
    def derive(cls, seed: bytes, info: bytes) -> "EvaluationKey":
        """Return the key of a 32-byte seed and a public text (RFC 9497 section 3.2.1)."""
        text = seed + _sized(info)
        for counter in range(256):
            scalar = _scalar_of(text + bytes([counter]), b"DeriveKeyPair" + _CONTEXT)
            if any(scalar):
                return cls(scalar)
        raise ProofInvalid("No key comes from this seed.")  # RFC 9497: happens with negligible probability

    @property
    def secret(self) -> bytes:
        """The 32-byte scalar, for sealing."""
        return self._scalar

    def evaluate(self, elements: Sequence[bytes], *, nonce: bytes | None = None) -> tuple[list[bytes], bytes]:
        """Return each blinded element under the key, and one 64-byte proof for them all (RFC 9497 section 3.3.2).

        The nonce is a random scalar; only published vectors name one.

        Raises:
            ProofInvalid: when an element is not one of the group, or is its identity.
        """
        evaluated = [_multiply(self._scalar, element) for element in elements]
        mixed, under_key = self._composites(elements, evaluated)
        random = nonce or rbcl.crypto_core_ristretto255_scalar_random()
        first, second = rbcl.crypto_scalarmult_ristretto255_base(random), _multiply(random, mixed)
        challenge = _challenge(self.public_key, mixed, under_key, first, second)
        share = rbcl.crypto_core_ristretto255_scalar_mul(challenge, self._scalar)
        return evaluated, challenge + rbcl.crypto_core_ristretto255_scalar_sub(random, share)

    def _composites(self, elements: Sequence[bytes], evaluated: Sequence[bytes]) -> tuple[bytes, bytes]:
        """Return the mixed element and itself under the key, the fast way of the key's holder."""
        weights = _weights(self.public_key, elements, evaluated)
        mixed = _sum(weights, elements)
        return mixed, _multiply(self._scalar, mixed)

    def __repr__(self) -> str:
        return "EvaluationKey(***)"


def blind(text: bytes, *, scalar: bytes | None = None) -> tuple[bytes, bytes]:
    """Return a fresh 32-byte blind and the blinded element of an input (RFC 9497 section 3.3.1).

    The blind stays with the caller, for `finalize`; only published vectors name it.
    """
    secret = scalar or rbcl.crypto_core_ristretto255_scalar_random()
    point = rbcl.crypto_core_ristretto255_from_hash(_expand(text, b"HashToGroup-" + _CONTEXT))
    return secret, _multiply(secret, point)


def fill(count: int, public_keys: Sequence[bytes]) -> list[Filling]:
    """Return random elements, as blinded ones look, whose answers under these keys are known beforehand."""
    chance = os.urandom(_WIDE * count)  # one call of the system for all of them
    return [_filling(chance[at : at + _WIDE], public_keys) for at in range(0, len(chance), _WIDE)]


def _filling(chance: bytes, public_keys: Sequence[bytes]) -> Filling:
    scalar = rbcl.crypto_core_ristretto255_scalar_reduce(chance)
    answers = tuple(_multiply(scalar, public_key) for public_key in public_keys)
    return Filling(scalar, _times_base(scalar), answers)


def verify_evaluation(
    public_key: bytes,
    elements: Sequence[bytes],
    evaluated: Sequence[bytes],
    proof: bytes,
    known: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Check that each element was evaluated under the public key's private one (RFC 9497 section 2.2.2).

    `known` tells of the last elements, which fill the question up, their scalars and right answers: those are compared,
    and their part of the mix needs two multiplications, not two for each.

    Raises:
        ProofInvalid: when it was not, the proof is altered, or an element is not one of the group.
    """
    if len(elements) != len(evaluated) or len(proof) != PROOF_BYTES:
        raise ProofInvalid("The answer has not the shape of what was asked.")
    own = len(elements) - len(known)
    wrong = [not hmac.compare_digest(given, answer) for given, (_, answer) in zip(evaluated[own:], known, strict=True)]
    if any(wrong):
        raise ProofInvalid(_OTHER_KEY)
    weights = _weights(public_key, elements, evaluated)
    mixed, under_key = _sum(weights[:own], elements[:own]), _sum(weights[:own], evaluated[:own])
    if known:
        total = _total(weights[own:], [scalar for scalar, _ in known])
        mixed, under_key = _add(mixed, _times_base(total)), _add(under_key, _multiply(total, public_key))
    challenge, share = proof[:32], proof[32:]
    if rbcl.crypto_core_ristretto255_scalar_reduce(share + bytes(32)) != share:
        raise ProofInvalid("The proof is none.")  # a second spelling of a scalar would be a second valid proof
    first = _add(_times_base(share), _multiply(challenge, public_key))
    second = _add(_multiply(share, mixed), _multiply(challenge, under_key))
    if not hmac.compare_digest(_challenge(public_key, mixed, under_key, first, second), challenge):
        raise ProofInvalid(_OTHER_KEY)


def combine(shares: Sequence[bytes]) -> bytes:
    """Return the element under the sum of the keys that evaluated the shares."""
    total = shares[0]
    for share in shares[1:]:
        total = _add(total, share)
    return total


def finalize(text: bytes, blinding: bytes, evaluated: bytes) -> bytes:
    """Return the 64-byte output of an input from its evaluated element (RFC 9497 section 3.3.1)."""
    element = _multiply(rbcl.crypto_core_ristretto255_scalar_invert(blinding), evaluated)
    return sha512(_sized(text) + _sized(element) + b"Finalize").digest()


def _multiply(scalar: bytes, element: bytes) -> bytes:
    """Return the element so many times; the group's library refuses what is no element of it, and its identity.

    Raises:
        ProofInvalid: when it does.
    """
    try:
        product: bytes = rbcl.crypto_scalarmult_ristretto255(scalar, element)
    except (RuntimeError, ValueError):
        raise ProofInvalid("An element is not one of the group.") from None
    return product


def _times_base(scalar: bytes) -> bytes:
    try:
        product: bytes = rbcl.crypto_scalarmult_ristretto255_base(scalar)
    except RuntimeError:
        raise ProofInvalid("The proof is none.") from None
    return product


def _total(weights: Sequence[bytes], scalars: Sequence[bytes]) -> bytes:
    """Return the sum of the products."""
    total = bytes(32)
    for weight, scalar in zip(weights, scalars, strict=True):
        product = rbcl.crypto_core_ristretto255_scalar_mul(weight, scalar)
        total = rbcl.crypto_core_ristretto255_scalar_add(total, product)
    return total


def _add(left: bytes, right: bytes) -> bytes:
    total: bytes = rbcl.crypto_core_ristretto255_add(left, right)
    return total


def _sum(weights: Sequence[bytes], elements: Sequence[bytes]) -> bytes:
    return combine([_multiply(weight, element) for weight, element in zip(weights, elements, strict=True)])


def _weights(public_key: bytes, elements: Sequence[bytes], evaluated: Sequence[bytes]) -> list[bytes]:
    """Return the scalar by which each element counts in the mix (RFC 9497 section 2.2.1)."""
    seed = sha512(_sized(public_key) + _sized(b"Seed-" + _CONTEXT)).digest()
    pairs = enumerate(zip(elements, evaluated, strict=True))
    texts = (
        _sized(seed) + number.to_bytes(2, "big") + _sized(element) + _sized(answer) + b"Composite"
        for number, (element, answer) in pairs
    )
    return [_scalar_of(text, b"HashToScalar-" + _CONTEXT) for text in texts]


def _challenge(*elements: bytes) -> bytes:
    text = b"".join(_sized(element) for element in elements)
    return _scalar_of(text + b"Challenge", b"HashToScalar-" + _CONTEXT)


def _scalar_of(text: bytes, tag: bytes) -> bytes:
    scalar: bytes = rbcl.crypto_core_ristretto255_scalar_reduce(_expand(text, tag))
    return scalar


def _expand(text: bytes, tag: bytes) -> bytes:
    """Return 64 uniform bytes: expand_message_xmd with SHA-512 (RFC 9380 section 5.3.1)."""
    suffix = tag + bytes([len(tag)])
    first = sha512(bytes(_BLOCK) + text + (64).to_bytes(2, "big") + b"\0" + suffix).digest()
    return sha512(first + b"\x01" + suffix).digest()


def _sized(text: bytes) -> bytes:
    return len(text).to_bytes(2, "big") + text
