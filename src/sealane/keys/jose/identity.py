"""Identity tokens of OpenID Connect providers (Core 1.0 section 3.1.3.7), read with the provider's published keys.

    eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUiLCJhdWQiOiJzZWFsYW5lIiwi...

Signatures are checked by joserfc, which picks the key by its id and refuses one of another kind or for another use.
Only algorithms with a public key are taken: `none`, and an HMAC under the public key, are no algorithms here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from sealane.model.errors import SignatureInvalid

__all__ = ["ALGORITHMS", "Expected", "read_identity"]

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519")
LEEWAY_SECONDS = 60
"""How far the provider's clock may be from ours."""

_LONGEST = 16 * 1024


class Expected(NamedTuple):
    """What a token must say: who made it, for which client, and in answer to which sign-in."""

    issuer: str
    client: str
    nonce: str


def read_identity(token: str, keys: Mapping[str, Any], expected: Expected, now_us: int) -> dict[str, Any]:
    """Return the claims of an identity token; `keys` is the provider's key set (RFC 7517 section 5).

    Raises:
        SignatureInvalid: when it is not signed with one of the keys, is for somebody else, from somebody else, over,
            or the answer to another sign-in.
    """
    if len(token) > _LONGEST:
        raise SignatureInvalid("The identity token is longer than any.")
    try:
        claims = jwt.decode(token, KeySet.import_key_set({"keys": list(keys["keys"])}), ALGORITHMS).claims
        jwt.JWTClaimsRegistry(
            now_us // 1_000_000,
            LEEWAY_SECONDS,
            iss={"essential": True, "value": expected.issuer},
            aud={"essential": True, "value": expected.client},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": expected.nonce},
        ).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError) as refusal:
        raise SignatureInvalid(f"The identity token is not to be believed ({type(refusal).__name__}).") from None
    # A token for several clients names the one that asked for it; for one client it may.
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if several else expected.client) != expected.client:
        raise SignatureInvalid("The identity token was asked for by another client.")
    return claims
