"""Legal holds: a law that forbids to erase a subject, or one record of it, until a day or until it is lifted.

All records of a subject lie under one key, so a hold on one of them keeps the subject; the refusal names the law.
"""

import sqlite3
from datetime import datetime
from typing import Annotated

import msgspec

from sealane.model.clock import to_micros
from sealane.model.errors import Erased, FieldError, InvalidInput, NotFound
from sealane.model.ids import new_id
from sealane.storage.database import Transaction
from sealane.vault.erasure import store
from sealane.vault.erasure.store import Hold

__all__ = ["Hold", "HoldRequest", "hold_decoder", "lift_hold", "list_holds", "set_hold"]


Words = Annotated[str, msgspec.Meta(min_length=1, max_length=300)]
Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class HoldRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a subject may not be erased: the law, the reason, until when, and the one record that it is about, if any."""

    law: Words
    reason: Words
    until: Aware | None = None
    record_id: str | None = None


hold_decoder = msgspec.json.Decoder(HoldRequest)


def set_hold(tx: Transaction, subject_id: str, asked: HoldRequest) -> Hold:
    """Forbid to erase a subject.

    Raises:
        NotFound: when there is no such subject.
        Erased: when nothing of it is left to hold.
        InvalidInput: when the record is not the subject's, or the end is in the past.
    """
    remains = store.remains_of(tx, subject_id)
    if remains is None:
        raise NotFound("There is no such subject.")
    if not remains.records:
        raise Erased("Nothing of this subject is left to hold.")
    if asked.record_id is not None and store.record_subject(tx, asked.record_id) != subject_id:
        raise _refusal("/record_id", "unknown-record", "The subject has no such record.")
    until_us = None if asked.until is None else to_micros(asked.until)
    if until_us is not None and until_us <= tx.now_us:
        raise _refusal("/until", "out-of-range", "The end of a hold lies in the future.")
    made = Hold(new_id("hld"), subject_id, asked.record_id, asked.law, asked.reason, until_us, tx.now_us)
    store.add_hold(tx, made)
    return made


def lift_hold(tx: Transaction, hold_id: str) -> Hold:
    """Lift a hold.

    Raises:
        NotFound: when there is none in force with this id.
    """
    lifted = store.lift_hold(tx, hold_id)
    if lifted is None:
        raise NotFound("There is no hold in force with this id.")
    return lifted


def list_holds(conn: sqlite3.Connection, subject_id: str) -> list[Hold]:
    """Return every hold that was ever set on a subject, oldest first."""
    return store.holds_of(conn, subject_id)


def _refusal(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))
