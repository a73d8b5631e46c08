"""Register: which tags members call bad. It knows no value; it shows how many members say so, not who.

A report counts until it expires, is withdrawn by its reporter or overturned. A member whose reports were overturned
weighs less. Some tags are canaries: they belong to nothing, so whoever reports one has not met it in an order.
"""

import os
import sqlite3
from datetime import UTC
from typing import Final

from sealane.alliance import store
from sealane.alliance.epochs import live_epochs
from sealane.alliance.inputs import Kind
from sealane.alliance.store import Place, Word
from sealane.alliance.wire import Indicator, IndicatorPage, IndicatorRequest, Reason
from sealane.model.clock import from_micros, to_micros
from sealane.model.errors import Conflict, FieldError, InvalidInput, NotFound
from sealane.model.ids import new_id
from sealane.storage.transaction import Transaction

__all__ = ["Register"]

_LONGEST_US: Final = 180 * 86_400_000_000
_TAG_BYTES: Final = 16
_CANARY_PARTY: Final = "pty_canary"
_PAGE: Final = 1000


class Register:
    """The reports of all members."""

    def report(self, tx: Transaction, party_id: str, request: IndicatorRequest) -> tuple[str, bool]:
        """Store a member's report; return its id, and whether it touched a canary.

        Raises:
            InvalidInput: when the epoch is not live, or the expiry is past or more than 180 days ahead.
            Conflict: when this member reported the tag before.
        """
        expires_us = self._expiry(tx.now_us, request)
        place = (bytes.fromhex(request.tag), request.kind, request.epoch)
        if store.find_reports(tx, place, party_id) is not None:
            raise Conflict("You reported this already.", remedy="Withdraw the report if it was wrong.")
        indicator_id = new_id("ind")
        store.add_report(tx, indicator_id, party_id, place, (request.reason, request.severity, expires_us))
        store.change(tx, place)
        return indicator_id, store.is_canary(tx, place)

    def withdraw(self, tx: Transaction, party_id: str, indicator_id: str) -> None:
        """End a member's own report.

        Raises:
            NotFound: when the member has no such report.
        """
        self._end(tx, indicator_id, "withdrawn", party_id)

    def overturn(self, tx: Transaction, indicator_id: str) -> None:
        """End a report that was found wrong; its reporter weighs less from now on.

        Raises:
            NotFound: when there is no such report.
        """
        self._end(tx, indicator_id, "overturned", None)

    def plant(self, tx: Transaction, kind: Kind, reason: Reason) -> str:
        """Add a canary to the present epoch and return its tag."""
        tag, epoch = os.urandom(_TAG_BYTES), live_epochs(tx.now_us)[0]
        place = (tag, kind, epoch)
        store.plant(tx, place)
        word = (reason, "watch", tx.now_us + _LONGEST_US)
        store.add_report(tx, new_id("ind"), _CANARY_PARTY, place, word)
        store.change(tx, place)
        return tag.hex()

    def page(self, conn: sqlite3.Connection, after: int, now_us: int) -> IndicatorPage:
        """Return what changed after a number, oldest first, at most 1,000 tags."""
        rows = store.changes(conn, after, _PAGE)
        items = tuple(self._seen(conn, number, place, now_us) for number, place in rows)
        return IndicatorPage(items, rows[-1][0] if len(rows) == _PAGE else None)

    def _seen(self, conn: sqlite3.Connection, number: int, place: Place, now_us: int) -> Indicator:
        tag, kind, epoch = place
        reports = store.standing(conn, place, now_us)
        first = reports[0] if reports else Word("", "scam_domain", "watch", now_us)
        return Indicator(
            number=number,
            kind=kind,
            epoch=epoch,
            tag=tag.hex(),
            reason=first.reason,
            severity="strong" if any(each.severity == "strong" for each in reports) else "watch",
            members=len(reports),
            weight=round(sum(1 / (1 + store.overturned(conn, each.party_id)) for each in reports), 3),
            expires_at=from_micros(max((each.expires_us for each in reports), default=now_us)),
            is_withdrawn=not reports,
        )

    def _expiry(self, now_us: int, request: IndicatorRequest) -> int:
        if request.epoch not in live_epochs(now_us):
            raise _wrong("/epoch", "not-live", "Report in the present quarter or the one before.")
        if request.expires_at.tzinfo is None:
            raise _wrong("/expires_at", "naive-time", "Write the time with its offset, like 2026-12-31T00:00:00Z.")
        expires_us = to_micros(request.expires_at.astimezone(UTC))
        if not now_us < expires_us <= now_us + _LONGEST_US:
            raise _wrong("/expires_at", "out-of-range", "An indicator expires within 180 days.")
        return expires_us

    def _end(self, tx: Transaction, indicator_id: str, how: str, party_id: str | None) -> None:
        found = store.find_report(tx, indicator_id)
        if found is None or found.ended is not None or party_id not in {None, found.party_id}:
            raise NotFound("There is no such report of yours that still stands.")
        store.end_report(tx, indicator_id, how)
        store.change(tx, found.place)


def _wrong(pointer: str, code: str, detail: str) -> InvalidInput:
    return InvalidInput(detail, errors=(FieldError(pointer, code, detail),))
