"""The one verifier of all sources: what a source's data says is read from the letter, joined, and compared.

Every comparison takes the same time whether and where it differs, and every refusal is the same to the sender.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import math
import unicodedata
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

from sealane.interchange.inbox.letter import Letter, find_all, text_at
from sealane.interchange.inbox.source import ProofShape, Source
from sealane.keys.jose.jws import verify_jws
from sealane.keys.public import PublicKey, encode_base64url, read_jwk
from sealane.model.errors import FieldError, InvalidInput, NotAuthenticated, SignatureInvalid, Stale

__all__ = ["check_secret", "verify_source"]

MOST_SIGNATURES = 8
SHORTEST_TEXT = 8
ED25519_BYTES = 32
STANDARD_BYTES = range(24, 65)
_PUBLIC_PREFIX = "whpk_"
_FORMS = {"text": "a text", "hex": "hexadecimal digits", "nfkd": "a text", "jwk": "a public key as JWK"}
_UNREADABLE = (SignatureInvalid, InvalidInput, msgspec.MsgspecError, ValueError, TypeError, KeyError, AttributeError)
"""What a signature may raise that is not even written as one; it is then simply not right."""


def verify_source(source: Source, secrets: Sequence[str], letter: Letter, *, now_us: int) -> None:
    """Check that a letter is from the source, by any of the secrets in force; fails closed without one.

    Raises:
        NotAuthenticated: when it is not, or no secret is set; it does not say which.
        Stale: when its signature is right and too old or from the future.
    """
    shape = source.proof
    check = _SCHEMES[shape.scheme]
    _check_head(shape, letter)
    is_right = False
    for secret in secrets:
        with contextlib.suppress(*_UNREADABLE):
            is_right |= check(source, secret, letter)
    if not is_right:
        raise NotAuthenticated
    _check_time(shape, letter, now_us)


def check_secret(source: Source, secret: str) -> None:
    """Make sure that a secret has the form that the source's secrets have.

    Raises:
        InvalidInput: when it has another.
    """
    try:
        is_right = _has_form(source.proof, secret)
    except _UNREADABLE:
        is_right = False
    if not is_right:
        form = _FORMS.get(source.proof.key_form, "`whsec_` (24 to 64 bytes) or `whpk_`, in base64")
        detail = f"A secret of {source.title} is {form}, of at least {SHORTEST_TEXT} bytes."
        raise InvalidInput(detail, errors=(FieldError("/secret", "not-allowed", detail),))


def _has_form(shape: ProofShape, secret: str) -> bool:
    if shape.key_form == "jwk":
        return bool(_public(secret, shape.scheme).algorithm)
    if shape.public_part and secret.startswith(_PUBLIC_PREFIX):
        return len(_decode(secret.removeprefix(_PUBLIC_PREFIX), "base64")) == ED25519_BYTES
    size = len(_key(shape, secret))
    return size in STANDARD_BYTES if shape.key_form == "whsec" else size >= SHORTEST_TEXT


def _check_head(shape: ProofShape, letter: Letter) -> None:
    for name, expected in shape.expect.items():
        if letter.fields.get(name) != expected:
            raise NotAuthenticated
    if shape.address is not None and not letter.at(shape.address).startswith(shape.address_prefix):
        raise NotAuthenticated


def _check_time(shape: ProofShape, letter: Letter, now_us: int) -> None:
    """Compare the signed time with the clock, past and future alike."""
    if shape.timestamp is None or shape.past_seconds is None or shape.ahead_seconds is None:
        return
    age = now_us / 1_000_000 - _seconds(shape, _timestamp(shape, letter))
    if not -shape.ahead_seconds <= age <= shape.past_seconds:
        raise Stale("The time that the message is signed with is too far from now.")


def _seconds(shape: ProofShape, text: str) -> float:
    try:
        if shape.timestamp_unit == "unix":
            seconds = float(text) if text.isascii() and text.isdigit() else math.nan
        elif shape.timestamp_unit == "iso":
            seconds = _aware(datetime.fromisoformat(text)).timestamp()
        else:
            seconds = _aware(parsedate_to_datetime(text)).timestamp()
    except (ValueError, OverflowError, TypeError):
        raise NotAuthenticated from None
    if not math.isfinite(seconds):
        raise NotAuthenticated
    return seconds


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _timestamp(shape: ProofShape, letter: Letter) -> str:
    given = letter.at(shape.timestamp or "")
    return next(_pairs(given, shape.timestamp_part), "") if shape.timestamp_part else given


def _pairs(given: str, part: str) -> Iterator[str]:
    for member in given.split(",")[: 2 * MOST_SIGNATURES]:
        name, _, value = member.strip().partition("=")
        if name == part:
            yield value


def _given(shape: ProofShape, letter: Letter, part: str) -> list[str]:
    """Return the signatures that came, as texts."""
    given = letter.at(shape.signature)
    for place in shape.alternatives:
        given = given or letter.at(place)
    if shape.style == "pairs":
        return list(_pairs(given, part))[:MOST_SIGNATURES]
    if shape.style == "versions":
        found = [word.partition(",") for word in given.split(" ")[:MOST_SIGNATURES]]
        return [value for version, _, value in found if version == part]
    return [given.removeprefix(shape.prefix)] if given.startswith(shape.prefix) else []


def _decode(text: str, encoding: str) -> bytes:
    if encoding == "base64-or-hex":
        encoding = "hex" if len(text) == 64 else "base64"  # noqa: PLR2004 - SHA-256 in hexadecimal
    if encoding == "hex":
        return bytes.fromhex(text) if text.isascii() and " " not in text else b""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except binascii.Error:
        return b""


def _key(shape: ProofShape, secret: str) -> bytes:
    if shape.key_form == "hex":
        return bytes.fromhex(secret)
    if shape.key_form == "whsec":
        return _decode(secret.removeprefix("whsec_"), "base64")
    return unicodedata.normalize("NFKD", secret).encode() if shape.key_form == "nfkd" else secret.encode()


def _message(shape: ProofShape, secret: str, letter: Letter) -> bytes:
    """Join what is signed; an id with a dot could pass for another id and time, so it is refused."""
    name = letter.at(shape.id) if shape.id else ""
    if "." in name or (shape.id and not name):
        raise SignatureInvalid
    parts: dict[str, Callable[[], bytes]] = {
        "body": lambda: letter.body,
        "id": name.encode,
        "timestamp": lambda: _timestamp(shape, letter).encode(),
        "method": letter.method.encode,
        "secret": secret.encode,
        "label": lambda: str(msgspec.json.decode(secret).get("webhook_id", "")).encode(),
        "crc32": lambda: str(zlib.crc32(letter.body)).encode(),
    }
    joined = b""
    for part in shape.message:
        if part in parts:
            joined += parts[part]()
        else:
            joined += letter.at(part).encode() if ":" in part and len(part) > 1 else part.encode()
    return joined


def _by_mac(source: Source, secret: str, letter: Letter) -> bool:
    shape = source.proof
    message = _message(shape, secret, letter)
    if secret.startswith(_PUBLIC_PREFIX) and shape.public_part:
        raw = _decode(secret.removeprefix(_PUBLIC_PREFIX), "base64")
        key = read_jwk({"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(raw)})
        return any(
            _verifies(key, _decode(each, "base64"), message) for each in _given(shape, letter, shape.public_part)
        )
    expected = hmac.digest(_key(shape, secret), message, "sha256")
    given = [_decode(each, shape.encoding) for each in _given(shape, letter, shape.part)]
    return any(hmac.compare_digest(expected, each) for each in given)


def _by_fields(source: Source, secret: str, letter: Letter) -> bool:
    """Check every item's own signature; one forged item refuses them all.

    A colon in a field could shift what stands in which, so it is refused as well.
    """
    shape = source.proof
    items = list(find_all(letter.document, source.events.items))
    are_right = [_is_item_signed(shape, secret, item) for item in items]
    return bool(are_right) and all(are_right)


def _is_item_signed(shape: ProofShape, secret: str, item: Any) -> bool:
    values = [text_at(item, path) or "" for path in shape.fields]
    given = text_at(item, shape.signature.removeprefix("item:")) or ""
    expected = hmac.digest(_key(shape, secret), ":".join(values).encode(), "sha256")
    is_equal = hmac.compare_digest(expected, _decode(given, shape.encoding))
    return is_equal and not any(":" in value for value in values)


def _by_public_key(source: Source, secret: str, letter: Letter) -> bool:
    shape = source.proof
    key, message = _public(secret, shape.scheme), _message(shape, secret, letter)
    return any(_verifies(key, _decode(each, shape.encoding), message) for each in _given(shape, letter, shape.part))


def _verifies(key: PublicKey, signature: bytes, message: bytes) -> bool:
    try:
        key.verify(signature, message)
    except SignatureInvalid:
        return False
    return True


def _public(secret: str, scheme: str) -> PublicKey:
    """Return the pinned public key; RSA signatures of webhooks are RS256, whatever a message says."""
    jwk = msgspec.json.decode(secret)
    if scheme == "public" and jwk.get("kty") == "RSA":
        jwk = {**jwk, "alg": "RS256"}
    return read_jwk(jwk)


def _by_suffix(source: Source, secret: str, letter: Letter) -> bool:
    expected = hashlib.sha256(_message(source.proof, secret, letter)).digest()
    given = [_decode(each, source.proof.encoding) for each in _given(source.proof, letter, "")]
    return any(hmac.compare_digest(expected, each) for each in given)


def _by_token(source: Source, secret: str, letter: Letter) -> bool:
    given = letter.at(source.proof.signature)
    return hmac.compare_digest(hashlib.sha256(given.encode()).digest(), hashlib.sha256(secret.encode()).digest())


def _by_jws(source: Source, secret: str, letter: Letter) -> bool:
    """Check a detached JWS whose header names address, method and sender (Mojaloop FSPIOP signatures)."""
    jwk = msgspec.json.decode(secret)
    given = msgspec.json.decode(letter.at(source.proof.signature))
    token = f"{given['protectedHeader']}..{given['signature']}"
    header, _ = verify_jws(token, read_jwk({**jwk, "alg": "RS256"}), detached=letter.body)
    named = header.get("FSPIOP-URI"), header.get("FSPIOP-HTTP-Method"), header.get("FSPIOP-Source")
    meant = letter.path, letter.method, letter.fields.get("fspiop-source")
    return named == meant and header.get("Date") == letter.fields.get("date")


_SCHEMES: dict[str, Callable[[Source, str, Letter], bool]] = {
    "mac": _by_mac,
    "fields": _by_fields,
    "public": _by_public_key,
    "suffix": _by_suffix,
    "token": _by_token,
    "jws": _by_jws,
}
