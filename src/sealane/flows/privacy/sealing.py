"""Sealing an answer to the one party that may read it, over and above the connection it travels on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from typing import NamedTuple

import msgspec

from sealane.flows.privacy.disclose import Answer
from sealane.keys.hpke import PUBLIC_BYTES, SUITE, seal_to
from sealane.model.errors import InvalidInput
from sealane.model.party import Party

__all__ = ["SealedAnswer", "Slit", "slit_of"]

_encode = msgspec.json.Encoder().encode


class SealedAnswer(msgspec.Struct, frozen=True):
    """The values as JSON, sealed by HPKE (RFC 9180); the id of the disclosure is the info it is bound to."""

    suite: str
    kid: str | None
    ciphertext: str


class Slit(NamedTuple):
    """A party's X25519 key, to put answers through: easy to put in, and only its owner gets them out."""

    public_key: bytes
    kid: str | None

    def seal(self, answer: Answer) -> SealedAnswer:
        """Return the values of an answer, sealed."""
        info = answer.released.statement.disclosure_id.encode()
        sealed = seal_to(self.public_key, _encode(answer.values), info)
        return SealedAnswer(SUITE, self.kid, urlsafe_b64encode(sealed).rstrip(b"=").decode())


def slit_of(party: Party) -> Slit:
    """Return the party's first X25519 key.

    Raises:
        InvalidInput: when the party registered none.
    """
    for key in party.public_keys:
        if key.get("kty") == "OKP" and key.get("crv") == "X25519":
            public_key = _bytes(str(key.get("x", "")))
            if len(public_key) == PUBLIC_BYTES:
                return Slit(public_key, key.get("kid"))
    raise InvalidInput(
        "Your party has no X25519 key to seal to.",
        remedy='Register one among public_keys ({"kty": "OKP", "crv": "X25519", ...}), or leave out sealed.',
    )


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (Base64Error, ValueError):
        return b""
