"""Records: what was sealed at one moment for one subject, each field in its own envelope and under its own key.

    {"/shopper/email": <envelope>, "/consignments/0/consignee/lines/0": <envelope>, ...}      (msgpack)

A record is written once. Its fields open one by one, so a reader sees what it asked for and nothing else.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from sealane.keys.sealing import DataKey
from sealane.model.errors import EnvelopeInvalid, FieldError, InvalidInput
from sealane.model.ids import new_id
from sealane.storage.database import Transaction
from sealane.vault import store
from sealane.vault.binding import field_end, record_start

__all__ = ["Subject", "names_of", "open_envelopes", "open_fields", "read_body", "seal_body", "seal_record"]

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, bytes]).decode


class Subject(NamedTuple):
    """Whoever the values belong to: a shopper (`sub_...`) or a card (`ct_...`) of one merchant, and the data key."""

    subject_id: str
    merchant_id: str
    key: DataKey


def seal_record(tx: Transaction, subject: Subject, values: Mapping[str, str]) -> str:
    """Seal the values under their field names, store them as one record and return its id (`rec_...`)."""
    record_id = new_id("rec")
    store.add_record(tx, record_id, subject.subject_id, seal_body(subject, record_id, values))
    return record_id


def seal_body(subject: Subject, record_id: str, values: Mapping[str, str]) -> bytes:
    """Return the body of a record: each value sealed under its field name."""
    start = record_start(subject.merchant_id, subject.subject_id, record_id)
    ends = [field_end(field) for field in values]
    envelopes = subject.key.seal_fields(
        [value.encode() for value in values.values()], ends, [start + end for end in ends]
    )
    return _encode(dict(zip(values, envelopes, strict=True)))


def names_of(body: bytes) -> tuple[str, ...]:
    """Return the names of the fields in a record's body.

    Raises:
        EnvelopeInvalid: when the body is damaged.
    """
    return tuple(read_body(body))


def open_fields(subject: Subject, record_id: str, body: bytes, fields: Iterable[str]) -> dict[str, str]:
    """Return the values of the asked fields and open no other.

    Raises:
        InvalidInput: when the record has no such field; `errors` names each.
        EnvelopeInvalid: when an envelope was altered or stands in another place than it was sealed for.
    """
    return open_envelopes(subject, record_id, read_body(body), fields)


def open_envelopes(
    subject: Subject, record_id: str, envelopes: Mapping[str, bytes], fields: Iterable[str]
) -> dict[str, str]:
    """Return the values of the asked fields of a body that was read, and open no other.

    Raises:
        InvalidInput: when the record has no such field; `errors` names each.
        EnvelopeInvalid: when an envelope was altered or stands in another place than it was sealed for.
    """
    asked = tuple(fields)
    unknown = tuple(
        FieldError(field, "unknown-field", "This record has no such field.")
        for field in asked
        if field not in envelopes
    )
    if unknown:
        raise InvalidInput("The record has no such field.", errors=unknown)
    start, open_field = record_start(subject.merchant_id, subject.subject_id, record_id), subject.key.open_field
    return {
        field: open_field(envelopes[field], end, start + end).decode()
        for field, end in ((field, field_end(field)) for field in asked)
    }


def read_body(body: bytes) -> dict[str, bytes]:
    """Return the envelopes in a record's body, by the names of their fields.

    Raises:
        EnvelopeInvalid: when the body is damaged.
    """
    try:
        return _decode(body)
    except msgspec.DecodeError:
        raise EnvelopeInvalid("The record is damaged.") from None
