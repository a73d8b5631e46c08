"""Endpoints: where a source reports to a merchant, with the secrets both know, sealed under a key of the ring."""

import sqlite3
from typing import Any, Literal

import msgspec

from sealane.interchange.inbox import store
from sealane.interchange.inbox.letter import text_at
from sealane.interchange.inbox.proving import check_secret
from sealane.interchange.inbox.source import SOURCES, Source
from sealane.keys.ring import KeyRing
from sealane.model.errors import FieldError, InvalidInput, NotFound, NotPermitted
from sealane.model.ids import new_id
from sealane.storage.database import Transaction

__all__ = ["Endpoint", "Endpoints", "Mode", "Safe", "check_mode", "own_endpoint", "source_named"]

Mode = Literal["live", "test"]
"""Whether an endpoint takes a source's real messages or those of its test mode, which never touch an order."""

MOST_TRIED = 100
"""Endpoints of one source that a message without an endpoint in its address is tried against."""

_VERSION_BYTES = 2


class _Secret(msgspec.Struct, frozen=True):
    value: str
    until_us: int | None = None


class _Secrets(msgspec.Struct, frozen=True):
    secrets: tuple[_Secret, ...]
    credential: str | None = None
    mode: Mode | None = None


class Endpoint(msgspec.Struct, frozen=True):
    """An open endpoint with the secrets in force; never told to anybody as a whole."""

    endpoint_id: str
    merchant_id: str
    source: Source
    secrets: tuple[str, ...]
    credential: str | None
    """What the source's own API is asked with."""
    mode: Mode | None = None
    """None takes whatever its secret proves; sources give their test modes secrets of their own."""

    def __repr__(self) -> str:
        return f"Endpoint({self.endpoint_id}, ***)"


class Safe:
    """Seals what the inbox keeps, under the newest key of its kind: version (2 bytes), envelope."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, content: bytes, place: str) -> bytes:
        """Return the content sealed for one place."""
        version = self._ring.newest("inbox")
        return version.to_bytes(_VERSION_BYTES) + self._ring.kek("inbox", version).seal(content, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Return what was sealed for this place.

        Raises:
            EnvelopeInvalid: when it was changed or moved.
        """
        version = int.from_bytes(sealed[:_VERSION_BYTES])
        return self._ring.kek("inbox", version).open(sealed[_VERSION_BYTES:], place.encode())


class Endpoints:
    """The endpoints of all merchants."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    def add(
        self,
        tx: Transaction,
        merchant_id: str,
        source: str,
        secret: str,
        *,
        credential: str | None = None,
        mode: Mode | None = None,
    ) -> str:
        """Open an endpoint and return its id.

        Raises:
            InvalidInput: when there is no such source, or the secret has not the form of its secrets.
        """
        check_secret(source_named(source), secret)
        endpoint_id = new_id("hook")
        sealed = self._seal(endpoint_id, _Secrets((_Secret(secret),), credential, mode))
        store.add_endpoint(tx, store.EndpointRow(endpoint_id, merchant_id, source, sealed, tx.now_us))
        return endpoint_id

    def rotate(self, tx: Transaction, row: store.EndpointRow, secret: str, overlap_us: int) -> None:
        """Put a new secret in force; the ones before it go on for the overlap.

        Raises:
            InvalidInput: when the secret has not the form of the source's secrets.
        """
        check_secret(SOURCES[row.source], secret)
        held = self._open(row)
        until = tx.now_us + overlap_us
        older = [
            _Secret(each.value, min(until, each.until_us or until))
            for each in held.secrets
            if overlap_us and (each.until_us is None or each.until_us > tx.now_us)
        ]
        sealed = self._seal(row.endpoint_id, _Secrets((_Secret(secret), *older), held.credential, held.mode))
        store.put_secrets(tx, row.endpoint_id, sealed)

    def find(self, conn: sqlite3.Connection, source: str, endpoint_id: str | None, now_us: int) -> list[Endpoint]:
        """Return the endpoints that a message may be for: the one in its address, else all of the source."""
        if endpoint_id is None:
            rows = store.list_endpoints(conn, source=source, limit=MOST_TRIED)
        else:
            row = store.find_endpoint(conn, endpoint_id)
            rows = [row] if row is not None and row.source == source else []
        return [self._endpoint(row, now_us) for row in rows]

    def listing(self, conn: sqlite3.Connection, merchant_id: str | None) -> list[store.EndpointRow]:
        """Return the open endpoints of a merchant, or of all, oldest first."""
        return store.list_endpoints(conn, merchant_id=merchant_id)

    def mode_of(self, row: store.EndpointRow) -> Mode | None:
        """Return which messages of the source an endpoint takes; None is all that its secret proves."""
        return self._open(row).mode

    def remove(self, tx: Transaction, row: store.EndpointRow) -> None:
        """Close an endpoint and forget its secrets."""
        store.remove_endpoint(tx, row.endpoint_id)

    def _endpoint(self, row: store.EndpointRow, now_us: int) -> Endpoint:
        held = self._open(row)
        secrets = tuple(each.value for each in held.secrets if each.until_us is None or now_us < each.until_us)
        return Endpoint(row.endpoint_id, row.merchant_id, SOURCES[row.source], secrets, held.credential, held.mode)

    def _seal(self, endpoint_id: str, secrets: _Secrets) -> bytes:
        return self._safe.seal(msgspec.json.encode(secrets), endpoint_id)

    def _open(self, row: store.EndpointRow) -> _Secrets:
        return msgspec.json.decode(self._safe.open(row.secrets, row.endpoint_id), type=_Secrets)


def check_mode(endpoint: Endpoint, document: Any) -> None:
    """Make sure that a message is of the mode that its endpoint is for, so that no trial moves a real parcel.

    Raises:
        NotPermitted: when it is of the other.
    """
    signs = endpoint.source.test_when
    if endpoint.mode is None or not signs:
        return
    is_test = any(text_at(document, path) == text for path, text in signs.items())
    if is_test != (endpoint.mode == "test"):
        other = "test" if is_test else "live"
        detail = f"This is a message of the {other} mode of {endpoint.source.title}, and the endpoint is not."
        raise NotPermitted(detail, remedy=f"Open an endpoint with the mode {other}, or send from the other mode.")


def source_named(name: str) -> Source:
    """Return a source.

    Raises:
        InvalidInput: when there is none of this name; lists those there are.
    """
    source = SOURCES.get(name)
    if source is None:
        detail = "There is no such source."
        remedy = f"Use one of: {', '.join(SOURCES)}."
        raise InvalidInput(detail, remedy=remedy, errors=(FieldError("/source", "not-allowed", detail),))
    return source


def own_endpoint(conn: sqlite3.Connection, endpoint_id: str, merchant_id: str | None) -> store.EndpointRow:
    """Return an open endpoint of a merchant, or of anybody.

    Raises:
        NotFound: when there is none.
    """
    row = store.find_endpoint(conn, endpoint_id)
    if row is None or merchant_id not in {None, row.merchant_id}:
        raise NotFound("There is no such endpoint.")
    return row
