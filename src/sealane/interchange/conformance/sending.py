"""Playing a source: a webhook signed as the source signs it, the inverse of what `inbox.proving` checks."""

import base64
import hashlib
import hmac
import unicodedata
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import msgspec
from msgspec.structs import replace

from sealane.interchange.inbox.letter import find_all, text_at
from sealane.interchange.inbox.source import ProofShape, Source
from sealane.keys.jose.private import RsaSigner
from sealane.keys.public import encode_base64url
from sealane.model.errors import FieldError, InvalidInput

__all__ = ["Outgoing", "sign"]

_encode = msgspec.json.Encoder().encode


class Outgoing(msgspec.Struct, frozen=True):
    """A webhook ready to go: headers in small letters, the query with its question mark."""

    body: bytes
    headers: dict[str, str] = {}
    query: str = ""

    def with_header(self, name: str, value: str) -> "Outgoing":
        """Return it with one header changed."""
        return replace(self, headers={**self.headers, name: value})


def sign(source: Source, secret: str, document: Any, *, at: int, path: str) -> Outgoing:
    """Return the webhook that the source would send with this document, at a Unix time, to a path.

    Raises:
        InvalidInput: when the secret has not the form that this source signs with.
    """
    try:
        return _SCHEMES[source.proof.scheme](source.proof, source, secret, document, (at, path))
    except (ValueError, msgspec.MsgspecError):
        detail = f"This is no secret that {source.title} could sign with."
        raise InvalidInput(detail, errors=(FieldError("/secret", "not-allowed", detail),)) from None


When = tuple[int, str]


def _by_mac(shape: ProofShape, _: Source, secret: str, document: Any, when: When) -> Outgoing:
    outgoing = _begun(shape, document, when)
    signature = hmac.digest(_key(shape, secret), _message(shape, secret, outgoing, when), "sha256")
    return _signed(shape, outgoing, _text(signature, shape.encoding), when)


def _by_suffix(shape: ProofShape, _: Source, secret: str, document: Any, when: When) -> Outgoing:
    outgoing = _begun(shape, document, when)
    return _signed(shape, outgoing, hashlib.sha256(_message(shape, secret, outgoing, when)).hexdigest(), when)


def _by_public_key(shape: ProofShape, _: Source, secret: str, document: Any, when: When) -> Outgoing:
    outgoing = _begun(shape, document, when)
    if shape.address is not None:
        outgoing = outgoing.with_header(_name(shape.address), f"{shape.address_prefix}v1/notifications/certs/CERT-1")
    signature = RsaSigner.from_jwk(msgspec.json.decode(secret)).sign(_message(shape, secret, outgoing, when))
    return _signed(shape, outgoing, _text(signature, shape.encoding), when)


def _by_fields(shape: ProofShape, source: Source, secret: str, document: Any, _: When) -> Outgoing:
    document = msgspec.json.decode(_encode(document))
    for item in find_all(document, source.events.items):
        values = [text_at(item, path) or "" for path in shape.fields]
        signature = hmac.digest(_key(shape, secret), ":".join(values).encode(), "sha256")
        *parents, last = shape.signature.removeprefix("item:").split(".")
        place = item
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = _text(signature, shape.encoding)
    return Outgoing(_encode(document))


def _by_token(shape: ProofShape, _: Source, secret: str, document: Any, __: When) -> Outgoing:
    kind, _sep, name = shape.signature.partition(":")
    if kind == "query":
        return Outgoing(_encode(document), query=f"?{name}={secret}")
    return Outgoing(_encode(document), {name: secret})


def _by_jws(shape: ProofShape, _: Source, secret: str, document: Any, when: When) -> Outgoing:
    outgoing = _begun(shape, document, when).with_header("fspiop-source", "payerfsp")
    header = {
        "alg": "RS256",
        "FSPIOP-URI": when[1],
        "FSPIOP-HTTP-Method": "POST",
        "FSPIOP-Source": "payerfsp",
        "Date": outgoing.headers["date"],
    }
    protected = encode_base64url(_encode(header))
    signer = RsaSigner.from_jwk(msgspec.json.decode(secret))
    signature = signer.sign(f"{protected}.{encode_base64url(outgoing.body)}".encode())
    told = {"protectedHeader": protected, "signature": encode_base64url(signature)}
    return outgoing.with_header(_name(shape.signature), _encode(told).decode())


def _begun(shape: ProofShape, document: Any, when: When) -> Outgoing:
    """Return the webhook with everything that is signed and does not sign."""
    body, headers = _encode(document), dict(shape.expect)
    if shape.id is not None:
        headers[_name(shape.id)] = f"msg_{hashlib.sha256(body).hexdigest()[:20]}"
    if shape.timestamp is not None and not shape.timestamp_part:
        headers[_name(shape.timestamp)] = _time(shape, when)
    for part in shape.message:
        name = _name(part)
        if part.startswith("header:") and name not in headers:
            headers[name] = when[1] if name.endswith("path") else "conformance-1"
    return Outgoing(body, headers)


def _signed(shape: ProofShape, outgoing: Outgoing, signature: str, when: When) -> Outgoing:
    name = _name(shape.signature)
    if shape.style == "pairs":
        return outgoing.with_header(name, f"{shape.timestamp_part}={_time(shape, when)},{shape.part}={signature}")
    if shape.style == "versions":
        return outgoing.with_header(name, f"{shape.part},{signature}")
    return outgoing.with_header(name, shape.prefix + signature)


def _message(shape: ProofShape, secret: str, outgoing: Outgoing, when: When) -> bytes:
    known = {
        "body": outgoing.body,
        "id": outgoing.headers.get(_name(shape.id or ""), "").encode(),
        "timestamp": _time(shape, when).encode(),
        "method": b"POST",
        "secret": secret.encode(),
        "crc32": str(zlib.crc32(outgoing.body)).encode(),
    }
    if "label" in shape.message:
        known["label"] = str(msgspec.json.decode(secret).get("webhook_id", "")).encode()
    return b"".join(
        known[part] if part in known else outgoing.headers.get(_name(part), part).encode() for part in shape.message
    )


def _time(shape: ProofShape, when: When) -> str:
    moment = datetime.fromtimestamp(when[0], UTC)
    if shape.timestamp_unit == "iso":
        return moment.isoformat().replace("+00:00", "Z")
    return format_datetime(moment, usegmt=True) if shape.timestamp_unit == "http" else str(when[0])


def _key(shape: ProofShape, secret: str) -> bytes:
    if shape.key_form == "hex":
        return bytes.fromhex(secret)
    if shape.key_form == "whsec":
        return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    return unicodedata.normalize("NFKD", secret).encode() if shape.key_form == "nfkd" else secret.encode()


def _text(data: bytes, encoding: str) -> str:
    return data.hex() if encoding == "hex" else base64.b64encode(data).decode()


def _name(place: str) -> str:
    return place.partition(":")[2]


_SCHEMES: dict[str, Callable[[ProofShape, Source, str, Any, When], Outgoing]] = {
    "mac": _by_mac,
    "suffix": _by_suffix,
    "public": _by_public_key,
    "fields": _by_fields,
    "token": _by_token,
    "jws": _by_jws,
}
