"""Commitments to the fields of one entry, with a salt for each.

The fields stand in the order of their names; `content`, the whole of what the entry is about, is one of them. The
commitment to a field is SHA-256 of

    00                    what this hash is of
    9f 86 ... 08          16 bytes of salt
    07                    length of the name
    6f 75 74 63 6f 6d 65  the name, `outcome`
    61 70 70 72 6f 76 65  the value, `approve`

and the entry shows SHA-256 of the byte 02 and all commitments in their order. All salts come from one secret
(SHAKE256, FIPS 202), so to erase it is to erase them all: the commitment stays, and nothing can be opened or guessed
any more. To open one field is to show its name, value and salt beside the commitments to the others.

An entry about its content alone is simpler: it shows SHA-256 of 16 bytes of salt and the content.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from sealane.model.errors import InvalidInput, NotFound, ProofInvalid

__all__ = [
    "CONTENT",
    "SALT_BYTES",
    "Commitment",
    "Material",
    "OpenedField",
    "commit",
    "commit_whole",
    "content_field",
    "verify_field",
    "verify_whole",
]

CONTENT = "content"
SALT_BYTES = 16
_SECRET_BYTES = 32
_MAX_FIELDS = 32
_MAX_NAME_BYTES = 64


class Material(NamedTuple):
    """What opens an entry: the secret, the values, and of the content only its hash (none: it is all there is)."""

    secret: bytes
    content_hash: bytes
    fields: dict[str, bytes]

    def open(self, name: str, content: bytes | None = None) -> "OpenedField":
        """Return one field with all that proves it; the content's value is not kept and must be given.

        Raises:
            NotFound: when the entry has no such field.
            InvalidInput: when the field is the content, and none is given.
            ProofInvalid: when the given content is not the one of the entry.
        """
        names = sorted([*self.fields, CONTENT])
        if name not in names:
            raise NotFound(f"the entry has no field {name[:60]!r}; it has {', '.join(names)}")
        value = content if name == CONTENT else self.fields[name]
        if value is None:
            raise InvalidInput("the log does not keep the content of an entry", remedy="Give the content as well.")
        if not self.content_hash:
            return content_field(self.secret, value)
        salts = _salts(self.secret, len(names))
        hashes = [
            self.content_hash if each == CONTENT else _field_hash(salt, _prefix(each), self.fields[each])
            for each, salt in zip(names, salts, strict=True)
        ]
        at = names.index(name)
        if _field_hash(salts[at], _prefix(name), value) != hashes[at]:
            raise ProofInvalid("the entry is about another content")
        return OpenedField(name, value, salts[at], tuple(hashes))


class Commitment(NamedTuple):
    """What the entry shows, and what opens it later."""

    digest: bytes
    material: Material


class OpenedField(NamedTuple):
    """One field of an entry, opened: name, value and salt, and the commitments to all fields."""

    name: str
    value: bytes
    salt: bytes
    commitments: tuple[bytes, ...]


def commit(content: bytes, fields: Mapping[str, bytes]) -> Commitment:
    """Return the commitment to a content and to fields that may be opened one by one.

    Raises:
        InvalidInput: when there are more than 31 fields, or one has a name that no field can have.
    """
    order, prefixes, at = _plan(tuple(fields))
    secret = os.urandom(_SECRET_BYTES)
    values = [fields[name] for name in order]
    values.insert(at, content)
    hashes = list(map(_field_hash, _salts(secret, len(values)), prefixes, values))
    return Commitment(_shown(hashes), Material(secret, hashes[at], dict(fields)))


def commit_whole(content: bytes) -> Commitment:
    """Return the commitment to a content alone."""
    salt = os.urandom(SALT_BYTES)
    return Commitment(hashlib.sha256(salt + content).digest(), Material(salt, b"", {}))


def content_field(salt: bytes, content: bytes) -> OpenedField:
    """Return the content, opened, of an entry that commits to nothing else."""
    return OpenedField(CONTENT, content, salt, ())


def verify_whole(field: OpenedField, shown: bytes) -> None:
    """Check the opened content of an entry that commits to nothing else.

    Raises:
        ProofInvalid: when salt and content do not give the digest that the entry shows.
    """
    is_content = field == content_field(field.salt, field.value) and len(field.salt) == SALT_BYTES
    if not is_content or hashlib.sha256(field.salt + field.value).digest() != shown:
        raise ProofInvalid(f"the content does not give the digest {shown.hex()} that the entry shows")


def verify_field(field: OpenedField, shown: bytes) -> None:
    """Check an opened field against what its entry shows, 32 bytes.

    Raises:
        ProofInvalid: when name, value or salt is not the one that was committed to.
    """
    if _shown(field.commitments) != shown:
        raise ProofInvalid(f"the entry commits to other fields than those that {field.name[:60]!r} is one of")
    if len(field.salt) != SALT_BYTES or not _is_name(field.name):
        raise ProofInvalid(f"a field has a name of 1 to {_MAX_NAME_BYTES} bytes and a salt of {SALT_BYTES}")
    if _field_hash(field.salt, _prefix(field.name), field.value) not in field.commitments:
        raise ProofInvalid(f"the field {field.name[:60]!r} is not the one that the entry commits to")


@lru_cache(maxsize=256)
def _plan(given: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[bytes, ...], int]:
    """Return the fields in their order, what stands before each value, and the place of the content among them."""
    names = sorted([*given, CONTENT])
    if len(names) > _MAX_FIELDS or CONTENT in given or not all(map(_is_name, names)):
        raise InvalidInput("an entry has at most 31 fields besides its content, with names of 1 to 64 bytes")
    return tuple(sorted(given)), tuple(map(_prefix, names)), names.index(CONTENT)


def _is_name(name: str) -> bool:
    return 0 < len(name.encode()) <= _MAX_NAME_BYTES


def _prefix(name: str) -> bytes:
    encoded = name.encode()
    return bytes((len(encoded),)) + encoded


def _field_hash(salt: bytes, prefix: bytes, value: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + salt + prefix + value).digest()


def _salts(secret: bytes, count: int) -> Sequence[bytes]:
    stream = hashlib.shake_256(secret).digest(SALT_BYTES * count)
    return [stream[at : at + SALT_BYTES] for at in range(0, len(stream), SALT_BYTES)]


def _shown(commitments: Sequence[bytes]) -> bytes:
    return hashlib.sha256(b"\x02" + b"".join(commitments)).digest()
