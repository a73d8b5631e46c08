"""Blinding: keyed hashes under which equal values are equal and nothing can be guessed back without the key."""

from typing import overload

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

__all__ = ["Blinder"]

_LINK = 16


class Blinder:
    """HMAC-SHA256 (RFC 2104) under one secret, a separate hash for each kind of value.

    The message is the kind, a byte 00 and the value, in UTF-8.
    """

    __slots__ = ("_begun", "_key")

    def __init__(self, key: bytes) -> None:
        self._key = key
        # Hashing the key and the kind once and copying that state halves the cost of a link.
        self._begun: dict[str, HMAC] = {}

    @overload
    def link(self, kind: str, value: str) -> bytes: ...

    @overload
    def link(self, kind: str, value: str | None) -> bytes | None: ...

    def link(self, kind: str, value: str | None) -> bytes | None:
        """Return the 16-byte link of a normalised value, None for None; kinds come from a small closed set."""
        if value is None:
            return None
        begun = self._begun.get(kind) or self._begin(kind)
        state = begun.copy()
        state.update(value.encode())
        return state.finalize()[:_LINK]

    def _begin(self, kind: str) -> HMAC:
        state = HMAC(self._key, SHA256())
        state.update(kind.encode() + b"\0")
        self._begun[kind] = state
        return state

    def __repr__(self) -> str:
        return "Blinder(***)"
