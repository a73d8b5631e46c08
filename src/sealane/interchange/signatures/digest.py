"""Content-Digest (RFC 9530): the body's hash as a header, so that a signature of headers covers the body.

Content-Digest: sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:
"""

import base64
import hashlib
import hmac
import re

from sealane.interchange.signatures.fields import FieldSyntaxError, parse_dictionary
from sealane.interchange.signatures.writing import write_item
from sealane.model.errors import SignatureInvalid

__all__ = ["digest_field", "verify_digest"]

_USUAL = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
_HASHES = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}


def digest_field(body: bytes) -> str:
    """Return the header's value for a body: `sha-256=:X48E9q...=:`."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def verify_digest(value: str, body: bytes) -> None:
    """Check that every digest of a known algorithm is the body's; sha-256 or sha-512 has to be among them.

    Raises:
        SignatureInvalid: when one differs, none is known, or base64 is not written in its one strict form.
    """
    usual = _USUAL.fullmatch(value)
    if usual is not None:
        if hmac.compare_digest(value, digest_field(body)):
            return
        raise SignatureInvalid("The Content-Digest is not the body's.")
    try:
        members = parse_dictionary(value, unique=True)
        known = {name: item for name, item in members.items() if name in _HASHES}
        is_strict = bool(known) and all(write_item(item) in value for item in known.values())
    except FieldSyntaxError:
        is_strict = False
    if not is_strict:
        raise SignatureInvalid("The Content-Digest holds no sha-256 or sha-512 digest in strict base64.")
    for name, (digest, _) in known.items():
        if not isinstance(digest, bytes) or not hmac.compare_digest(digest, _HASHES[name](body).digest()):
            raise SignatureInvalid("The Content-Digest is not the body's.")
