"""JSON Web Signatures (RFC 7515), read strictly: the key decides the algorithm, the header only confirms it.

eyJhbGciOiJFUzI1NiIsInR5cCI6ImRwb3Arand0Iiwian...   header, payload and signature in base64url, parted by dots
"""

import json
from collections.abc import Mapping
from typing import Any

from sealane.keys.public import PublicKey, decode_base64url, encode_base64url
from sealane.model.errors import SignatureInvalid

__all__ = ["LONGEST", "open_jws", "read_header", "read_object", "verify_jws"]

LONGEST = 64 * 1024
"""Characters of a JWS at most."""

_PARTS = 3


def read_header(token: str) -> dict[str, Any]:
    """Return the protected header of a compact JWS, not yet to be believed.

    Raises:
        SignatureInvalid: when it cannot be read as one JSON object without doubled names.
    """
    parts = token.split(".")
    if len(token) > LONGEST or len(parts) != _PARTS:
        raise SignatureInvalid("The token has not the three parts of a compact JWS.")
    return read_object(parts[0])


def verify_jws(token: str, key: PublicKey, *, detached: bytes | None = None) -> tuple[dict[str, Any], bytes]:
    """Return header and payload of a compact JWS; `detached` is the payload when it travels apart.

    Raises:
        SignatureInvalid: when it is not strictly written, names another algorithm, asks for extensions, or is not
            signed by this key.
    """
    header = read_header(token)
    head, payload, signature = token.split(".")
    if detached is not None:
        if payload:
            raise SignatureInvalid("The payload travels apart and must be left out of the token.")
        signed = head.encode() + b"." + encode_base64url(detached).encode()
    else:
        detached = _open_part(payload)
        signed = f"{head}.{payload}".encode()
    _check_header(header, key)
    key.verify(_open_part(signature), signed)
    return header, detached


def open_jws(token: str, key: PublicKey) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return header and claims of a JSON Web Token (RFC 7519).

    Raises:
        SignatureInvalid: as `verify_jws`, or when the payload is no JSON object.
    """
    header, payload = verify_jws(token, key)
    return header, _object(payload)


def _open_part(part: str) -> bytes:
    """Return the bytes of one part.

    Raises:
        SignatureInvalid: when it is not strict base64url.
    """
    try:
        return decode_base64url(part)
    except ValueError:
        raise SignatureInvalid("A part of the token is not base64url without padding.") from None


def read_object(part: str) -> dict[str, Any]:
    """Return the JSON object of one part.

    Raises:
        SignatureInvalid: when it is none, or names something twice.
    """
    return _object(_open_part(part))


def _check_header(header: Mapping[str, Any], key: PublicKey) -> None:
    if header.get("alg") != key.algorithm:
        raise SignatureInvalid("The token names another algorithm than the key's.")
    if "crit" in header or "b64" in header:
        raise SignatureInvalid("The token asks for extensions that are not taken here.")


def _object(data: bytes) -> dict[str, Any]:
    def once(members: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in members}) != len(members):
            raise ValueError("twice")
        return dict(members)

    try:
        found = json.loads(data.decode(), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise SignatureInvalid("A part of the token is not one JSON object.") from None
    if not isinstance(found, dict):
        raise SignatureInvalid("A part of the token is not one JSON object.")
    return found
