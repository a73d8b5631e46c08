"""Encrypted calls: a body may come as a JWE to this installation's own key, so that no proxy on its way can read it.

Content-Type: application/jose      a compact JWE (RFC 7516), ECDH-ES over X25519 with A256GCM
"""

from typing import Any

from sealane.keys.hpke import OpeningKey
from sealane.keys.jose.jwe import ALGORITHM, ENCRYPTION, open_jwe
from sealane.keys.public import encode_base64url, thumbprint
from sealane.model.errors import EnvelopeInvalid, MalformedBody

__all__ = ["Opener"]

REMEDY = f"Encrypt to the key with `use: enc` of GET /v1/exchange/keys, {ALGORITHM} with {ENCRYPTION}, without `zip`."


class Opener:
    """Opens what is encrypted to this installation; `jwk` is what to encrypt to."""

    def __init__(self, key: OpeningKey) -> None:
        self._key = key
        plain = {"kty": "OKP", "crv": "X25519", "x": encode_base64url(key.public_key)}
        self.jwk: dict[str, Any] = {**plain, "alg": ALGORITHM, "use": "enc", "kid": thumbprint(plain)}

    def open(self, body: bytes) -> bytes:
        """Return the body that was meant.

        Raises:
            MalformedBody: when it does not open.
        """
        try:
            return open_jwe(body, self._key)
        except EnvelopeInvalid as refusal:
            raise MalformedBody(refusal.detail, remedy=REMEDY) from None
