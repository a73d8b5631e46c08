"""Pages of long lists, continued from the last row seen, so that deep pages cost what the first one does."""

import base64
import binascii
from typing import Any, Generic, TypeVar

import msgspec

from sealane.model.errors import FieldError, InvalidInput

__all__ = ["Page", "decode_cursor", "encode_cursor"]

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items and the cursor that continues after them; None at the end."""

    items: tuple[T, ...]
    next_cursor: str | None


def encode_cursor(position: tuple[Any, ...]) -> str:
    """Return the opaque text of a position, base64url of msgpack: `ks8ABlv-2iXgAKVvcmRfMQ` for (µs, order id)."""
    return base64.urlsafe_b64encode(msgspec.msgpack.encode(position)).decode().rstrip("=")


def decode_cursor(cursor: str, shape: type[T]) -> T:
    """Return the position that a cursor holds, such as `tuple[int, str]`.

    Raises:
        InvalidInput: when the text is no cursor of this list.
    """
    try:
        packed = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return msgspec.msgpack.decode(packed, type=shape)
    except (binascii.Error, ValueError, msgspec.DecodeError) as error:
        detail = "The cursor is not one that this list gave out."
        remedy = "Start again without a cursor, and pass next_cursor on unchanged."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError("/cursor", "invalid", detail),)) from error
