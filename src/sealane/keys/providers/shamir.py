"""The root key in shares: any `threshold` of them give it, fewer tell nothing (Shamir 1979, over GF(2^8)).

    sealane-share 1 9f86d081884c7d65 2 3 8d969eef6ecad3c29a3a629280e686cf0c3f5d5a86aff3ca12020c923adc6c92 5f1d7a84

Words: format, name of the set, threshold, number of this share, share, first 4 bytes of the SHA-256 of all before.
Each share belongs on a medium of its own, with another person (PCI DSS 3.7.6: split knowledge, dual control).
"""

import hashlib
import os
from collections.abc import Sequence
from functools import reduce
from operator import xor
from pathlib import Path
from typing import NamedTuple

from sealane.keys.files import move_secret, read_secret, write_secret
from sealane.keys.providers.contract import Root
from sealane.keys.sealing import KEY_BYTES, DataKey
from sealane.model.errors import Conflict, Misconfigured

__all__ = ["ShamirRoot", "combine", "split"]

_HEAD = "sealane-share 1"
_WORDS = 7
_LARGEST = 255
_LEAST = 2


class Share(NamedTuple):
    """One point of each of the 32 polynomials: `number` is where, `values` are the results."""

    number: int
    values: bytes
    threshold: int


def _tables() -> tuple[list[int], list[int]]:
    """Return powers and logarithms of the generator 3 in the field of AES (FIPS 197 section 4)."""
    powers, logs, value = [0] * 510, [0] * 256, 1
    for exponent in range(255):
        powers[exponent] = powers[exponent + 255] = value
        logs[value] = exponent
        value ^= (value << 1) ^ (0x11B if value & 0x80 else 0)
    return powers, logs


_POWERS, _LOGS = _tables()


def split(secret: bytes, threshold: int, total: int) -> list[Share]:
    """Return `total` shares of the secret, of which any `threshold` give it back."""
    if not _LEAST <= threshold <= total <= _LARGEST:
        raise ValueError("shares: 2 <= threshold <= total <= 255")
    rows = [secret, *(os.urandom(len(secret)) for _ in range(threshold - 1))]
    return [
        Share(x, bytes(_evaluate(column, x) for column in zip(*rows, strict=True)), threshold)
        for x in range(1, total + 1)
    ]


def combine(shares: Sequence[Share]) -> bytes:
    """Return what the shares give together: the secret, when they are enough and right."""
    weights = [_weight(share.number, [other.number for other in shares]) for share in shares]
    columns = zip(*(share.values for share in shares), strict=True)
    return bytes(reduce(xor, map(_times, column, weights)) for column in columns)


def _evaluate(coefficients: Sequence[int], x: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = _times(result, x) ^ coefficient
    return result


def _weight(at: int, all_numbers: Sequence[int]) -> int:
    """Return the Lagrange weight of one point for the value at 0."""
    weight = 1
    for other in all_numbers:
        if other != at:
            weight = _times(weight, _times(other, _inverse(other ^ at)))
    return weight


def _times(a: int, b: int) -> int:
    return _POWERS[_LOGS[a] + _LOGS[b]] if a and b else 0


def _inverse(a: int) -> int:
    return _POWERS[255 - _LOGS[a]]


class ShamirRoot(Root):
    """Share files: all are written when the key is made; at later starts enough of them must be there."""

    name = "shamir"
    is_local = True

    def __init__(self, paths: Sequence[Path], threshold: int) -> None:
        self._paths = tuple(paths)
        self._threshold = threshold

    def find(self, kept: bytes) -> DataKey | None:
        """Return the key that the present shares give.

        Raises:
            Misconfigured: when too few shares are there, or one is damaged or of another set.
        """
        name = kept.decode("ascii", "replace")
        found = {share.number: share for path in self._paths if (share := _share(path, name)) is not None}
        needed = max((share.threshold for share in found.values()), default=self._threshold)
        if len(found) < needed:
            raise Misconfigured(
                f"{len(found)} of the {needed} shares that the root key needs are here.",
                remedy="Bring more share files to the places that `root_shares` names, then start again.",
            )
        return DataKey(combine(list(found.values())[:needed]))

    def make(self) -> tuple[DataKey, bytes]:
        """Make a key and write one share to each place.

        Raises:
            Misconfigured: when the settings name too few places, a share is there already, or none can be written.
        """
        if not _LEAST <= self._threshold <= len(self._paths) <= _LARGEST:
            raise Misconfigured(
                "The shares need a threshold of at least 2 and at least as many places.",
                remedy='Set root_shares = "/mnt/a/share, /mnt/b/share, /mnt/c/share" and root_threshold = 2.',
            )
        for path in self._paths:
            if path.exists():
                raise Misconfigured(f"{path} exists already.", remedy="Move it away; a share is never overwritten.")
        return self._write(self._paths)

    def renew(self) -> tuple[DataKey, bytes]:
        """Make another key and write one share beside each of the present ones, all of which must be there.

        Raises:
            Conflict: when a medium is missing.
            Misconfigured: when one cannot be written.
        """
        missing = [str(path) for path in self._paths if not path.exists()]
        if missing:
            raise Conflict(
                f"Not all shares are here: {', '.join(missing)}.",
                remedy="Bring every medium to its place: a new root key needs a new share on each.",
            )
        return self._write([_next(path) for path in self._paths])

    def settle(self, kept: bytes) -> None:
        """Put each share of the set that `kept` names in its place, on every medium that is here.

        Raises:
            Misconfigured: when a medium cannot be written.
        """
        for path in self._paths:
            if _set_of(_next(path)) == kept.decode("ascii", "replace"):
                move_secret(_next(path), path)

    def _write(self, paths: Sequence[Path]) -> tuple[DataKey, bytes]:
        secret, name = os.urandom(KEY_BYTES), os.urandom(8).hex()
        for path, share in zip(paths, split(secret, self._threshold, len(paths)), strict=True):
            words = f"{_HEAD} {name} {self._threshold} {share.number} {share.values.hex()}"
            write_secret(path, f"{words} {_check(words)}\n")
        return DataKey(secret), name.encode()


def _next(path: Path) -> Path:
    """Return where the share lies that will replace this one."""
    return path.with_name(path.name + ".next")


def _set_of(path: Path) -> str | None:
    """Return the name of the set that a share belongs to, None when there is no share."""
    parts = (read_secret(path) or "").split()
    return parts[2] if len(parts) == _WORDS else None


def _share(path: Path, name: str) -> Share | None:
    """Return the share of the named set in a place, also while it is about to replace another."""
    return _read(_next(path) if _set_of(_next(path)) == name else path, name)


def _read(path: Path, name: str) -> Share | None:
    text = read_secret(path)
    if text is None:
        return None
    words, _, check = text.strip().rpartition(" ")
    parts = text.split()
    if len(parts) != _WORDS or check != _check(words) or not words.startswith(_HEAD):
        raise Misconfigured(f"{path} is not a share, or is damaged.", remedy="Bring another share in its place.")
    if parts[2] != name:
        raise Misconfigured(
            f"{path} is a share of another root key.", remedy="Bring the share that belongs to this data folder."
        )
    return Share(int(parts[4]), bytes.fromhex(parts[5]), int(parts[3]))


def _check(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:8]
