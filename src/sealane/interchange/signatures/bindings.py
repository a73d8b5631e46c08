"""Bound API keys: a key that counts only with proof of a key pair (DPoP, RFC 9449) or a certificate (RFC 8705).

Authorization: DPoP sk_q3JvRkVYd0Jc...
DPoP: eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVkRFNBIiwiandrIjp7...
"""

import base64
import binascii
import hashlib
import hmac
import re
from typing import Any, Literal, NamedTuple

from sealane.interchange import store
from sealane.interchange.signatures.profile import AHEAD_SECONDS, OLDEST_SECONDS
from sealane.interchange.signatures.verification import Proof
from sealane.keys.jose.jws import open_jws, read_header
from sealane.keys.public import encode_base64url, read_jwk
from sealane.model.errors import InvalidInput, NotAuthenticated, SignatureInvalid, Stale
from sealane.storage.database import Database, Transaction

__all__ = ["Binding", "BindingKind", "Bindings", "DpopCall", "certificate_thumbprint", "thumbprint_of", "verify_dpop"]

BindingKind = Literal["dpop", "certificate"]
LONGEST_ID = 128
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CERTIFICATE = re.compile(r":([A-Za-z0-9+/]+={0,2}):")


class Binding(NamedTuple):
    """What an API key is bound to: a thumbprint of RFC 7638 or the SHA-256 of a certificate, in base64url."""

    kind: BindingKind
    thumbprint: str


class DpopCall(NamedTuple):
    """What a DPoP proof has to be about."""

    method: str
    target: str
    token: str


class Bindings:
    """The bound API keys, by the digest of the key; few, so all are kept in memory."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bound: dict[bytes, Binding] = {}
        self.reload()
        database.on_news(lambda _: self.reload())

    def __len__(self) -> int:
        return len(self._bound)

    def reload(self) -> None:
        """Bring memory to what is stored."""
        with self._database.reader() as conn:
            self._bound = {
                digest: Binding("dpop" if kind == "dpop" else "certificate", thumbprint)
                for digest, kind, thumbprint in store.all_bindings(conn)
            }

    def of(self, digest: bytes) -> Binding | None:
        """Return what the API key with this digest is bound to, if anything."""
        return self._bound.get(digest)

    def add(self, tx: Transaction, digest: bytes, binding: Binding) -> None:
        """Bind an API key; it counts from the commit on."""
        store.add_binding(tx, digest, binding.kind, binding.thumbprint)
        tx.announce()
        tx.on_success(lambda: self._bound.__setitem__(digest, binding))


def verify_dpop(proof: str, call: DpopCall, thumbprint: str, *, party_id: str, now_us: int) -> Proof:
    """Return the proof that the holder of the bound key pair made this call (RFC 9449 section 4.3).

    Raises:
        NotAuthenticated: when any rule is broken.
        Stale: when it is not of this moment.
    """
    try:
        header = read_header(proof)
        jwk = header.get("jwk")
        if header.get("typ") != "dpop+jwt" or not isinstance(jwk, dict) or _PRIVATE & jwk.keys():
            raise NotAuthenticated
        key = read_jwk(jwk)
        _, claims = open_jws(proof, key)
    except (SignatureInvalid, InvalidInput):
        raise NotAuthenticated from None
    is_bound = hmac.compare_digest(key.thumbprint, thumbprint)
    if not is_bound or not _is_about(claims, call):
        raise NotAuthenticated
    issued = claims.get("iat")
    if type(issued) is not int or not -AHEAD_SECONDS <= now_us // 1_000_000 - issued <= OLDEST_SECONDS:
        raise Stale("The DPoP proof was not made just now.")
    mark = hashlib.sha256(f"dpop\0{thumbprint}\0{claims['jti']}".encode()).digest()[:16]
    return Proof(party_id, key.thumbprint, "", mark, (issued + OLDEST_SECONDS) * 1_000_000)


def certificate_thumbprint(field: str) -> str:
    """Return the thumbprint of the certificate in a `Client-Cert` header (RFC 9440 section 2.2).

    Raises:
        NotAuthenticated: when the header holds no certificate.
    """
    found = _CERTIFICATE.fullmatch(field.strip())
    try:
        if found is None:
            raise NotAuthenticated
        return thumbprint_of(base64.b64decode(found[1], validate=True))
    except binascii.Error:
        raise NotAuthenticated from None


def thumbprint_of(certificate: bytes) -> str:
    """Return the thumbprint of a certificate in DER (RFC 8705 section 3.1)."""
    return encode_base64url(hashlib.sha256(certificate).digest())


def _is_about(claims: dict[str, Any], call: DpopCall) -> bool:
    """Tell whether the claims name this method, address and token, and carry an id."""
    about = (claims.get("htm"), claims.get("htu"), claims.get("ath"))
    meant = call.method, call.target.partition("?")[0], encode_base64url(hashlib.sha256(call.token.encode()).digest())
    name = claims.get("jti")
    return about == meant and isinstance(name, str) and 0 < len(name) <= LONGEST_ID and name.isascii()
