"""Strict reading of JSON (RFC 8259): what could be read in two ways is refused, and each refusal names its field.

Refused as malformed: duplicate keys, NaN and infinities, numbers out of range, more than 64 levels, invalid UTF-8,
a byte order mark, lone surrogates, NUL characters. Refused as leaks: card numbers in any field. Refused as invalid:
unknown, missing and wrongly typed fields. The wrong value itself is never repeated.
"""

import json
import re
from typing import Any, TypeVar

import msgspec

from sealane.model.cards.leak import scan, scan_bytes
from sealane.model.errors import FieldError, InvalidInput, LeakDetected, MalformedBody
from sealane.model.event import Attributes, EventRequest, event_decoder
from sealane.model.order import OrderRequest, order_decoder
from sealane.model.personal import decode_hook

__all__ = ["MAX_DEPTH", "decode", "decode_attributes", "decode_event", "decode_order", "read_json", "refuse_leaks"]

T = TypeVar("T")

MAX_DEPTH = 64

_plain = msgspec.json.Decoder().decode
_write = msgspec.json.Encoder().encode
_attributes = msgspec.json.Decoder(Attributes, dec_hook=decode_hook)
_NAMED = re.compile(r"Object (missing required|contains unknown) field `(?P<name>.*)`", re.DOTALL)
_ENUM = "Invalid enum value"


def read_json(body: bytes) -> Any:
    """Return the document as plain dicts, lists and scalars, having refused everything ambiguous.

    Raises:
        MalformedBody: when the bytes are not one strict JSON document; says why and near which byte.
    """
    try:
        document = _plain(body)
    except RecursionError:
        raise MalformedBody(f"The body nests deeper than {MAX_DEPTH} levels.") from None
    except UnicodeDecodeError:
        raise MalformedBody("The body is not valid UTF-8.") from None
    except msgspec.ValidationError:
        raise MalformedBody("A number in the body is out of range.") from None
    except msgspec.DecodeError as refusal:
        raise MalformedBody(f"{refusal}.") from None
    # An encoder writes NUL as this escape alone, and a backslash in a text as two.
    if b"\\u0000" in body and b"\\u0000" in _write(document).replace(b"\\\\", b""):
        raise MalformedBody("A text in the body holds a NUL character.")
    if body.count(b"{") + body.count(b"[") > MAX_DEPTH:
        _check_depth(document, MAX_DEPTH)
    # Written again, the document holds each key once. Colons stand behind keys and inside texts only, so fewer of them
    # mean that a key was dropped for its double; a colon that came in as an escape is the one thing that could hide it.
    if body.count(b":") != _write(document).count(b":") or (b"\\" in body and b"\\u003" in body):
        _refuse_duplicates(body)
    return document


def _check_depth(value: Any, depth: int) -> None:
    if depth == 0:
        raise MalformedBody(f"The body nests deeper than {MAX_DEPTH} levels.")
    for member in value.values() if type(value) is dict else value:
        if type(member) is dict or type(member) is list:
            _check_depth(member, depth - 1)


def _refuse_duplicates(body: bytes) -> None:
    def pairs(members: list[tuple[str, Any]]) -> None:
        names = [name for name, _ in members]
        if len(set(names)) != len(names):
            raise MalformedBody("The body names the same key twice in one object.")

    json.loads(body, object_pairs_hook=pairs)


def decode(decoder: "msgspec.json.Decoder[T]", body: bytes, *, at: str = "") -> T:
    """Return the typed record; `at` is the pointer that the record stands at in the whole body.

    Raises:
        InvalidInput: naming the first wrong field by JSON pointer, without its value.
        MalformedBody: when the bytes are no JSON.
    """
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as refusal:
        error = _explain(str(refusal), at)
        raise InvalidInput(f"{error.pointer or 'The body'}: {error.detail}", errors=(error,)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise MalformedBody("The body is not one JSON document in UTF-8.") from None


def _explain(message: str, at: str) -> FieldError:
    """Turn msgspec's sentence into pointer, code and detail: `Expected int, got str - at $.payment.amount`."""
    detail, _, path = message.partition(" - at `")
    pointer = at + path.rstrip("`").removeprefix("$").replace("[...]", "").replace("[", "/").replace("]", "").replace(
        ".", "/"
    )
    named = _NAMED.match(detail)
    if named:
        pointer = f"{pointer}/{named['name'][:100]}"
        if named[1].startswith("missing"):
            return FieldError(pointer, "missing", "This field is required.")
        return FieldError(pointer, "unknown-field", "There is no such field here; remove it or check its name.")
    if detail.startswith(_ENUM):
        return FieldError(pointer, "not-allowed", "The value is not one of the allowed ones.")
    return FieldError(pointer, "wrong-type" if ", got " in detail else "out-of-range", f"{detail.replace('`', '')}.")


def refuse_leaks(body: bytes, document: Any) -> None:
    """Make sure that no card number stands anywhere in a document; `body` is the bytes that it was read from.

    Raises:
        LeakDetected: naming the field by JSON pointer.
    """
    if scan_bytes(body):
        pointer = scan(document)
        if pointer is not None:
            detail = "This field holds a card number."
            raise LeakDetected(errors=(FieldError(pointer, "leak-detected", detail),))


def decode_order(body: bytes) -> OrderRequest:
    """Return the order of a strict JSON body.

    Raises:
        MalformedBody: when it is no strict JSON.
        LeakDetected: when a card number stands in it.
        InvalidInput: when a field is wrong.
    """
    refuse_leaks(body, read_json(body))
    return decode(order_decoder, body)


def decode_event(body: bytes) -> EventRequest:
    """Return the event of a strict JSON body; its attributes stay raw until its order is found.

    Raises:
        MalformedBody: when it is no strict JSON.
        LeakDetected: when a card number stands in it.
        InvalidInput: when a field is wrong.
    """
    refuse_leaks(body, read_json(body))
    return decode(event_decoder, body)


def decode_attributes(raw: bytes) -> Attributes:
    """Return the attributes that signals know; unknown ones are not an error, they stay sealed in the raw bytes.

    Raises:
        InvalidInput: when a known attribute has the wrong type or is out of range.
    """
    return decode(_attributes, raw, at="/attributes")
