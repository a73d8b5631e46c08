"""The disclosure room: grants are issued, followed along the journey, used once by one statement, and accounted for.

disclosure = Disclosure.open(ring)
secret = disclosure.issue(tx, terms)                      # gnt_..., told once
grant = disclosure.grant(tx, secret)
disclosure.use(tx, grant)                                 # a single conditional UPDATE
released = disclosure.release(tx, statement, log_entry)   # row and signed receipt
"""

import base64
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import msgspec

from sealane.disclosure import receipts, shoppers, store
from sealane.disclosure.forms import StandIns
from sealane.disclosure.grant import NEVER_US, Grant
from sealane.disclosure.policy import Policy, PolicyBook, shipped_policy
from sealane.disclosure.policy.compiled import Question, Refusal
from sealane.disclosure.policy.fields import Field, Leg, Purpose
from sealane.disclosure.policy.forbids import Asker, Forbids, read_forbids
from sealane.disclosure.policy.matrix import Cell
from sealane.disclosure.receipts import Receipt, Statement
from sealane.disclosure.store import AttemptRow, Move, WaybillRow
from sealane.keys.blinding import Blinder
from sealane.keys.ring import KeyRing
from sealane.keys.secrets import digest
from sealane.model.decision import Outcome
from sealane.model.errors import GrantSpent, NotFound, SealaneError
from sealane.model.event import Event
from sealane.model.ids import is_id, new_id
from sealane.storage.database import Transaction

__all__ = ["AttemptRow", "Disclosure", "Move", "Released", "Terms", "WaybillRow", "disclosures_of"]

_HOUR_US = 3_600_000_000
_END = (NEVER_US, "")


class Terms(msgspec.Struct, frozen=True):
    """What a grant is to say; times in microseconds, `fields` as a mask; a waiting one begins with its leg."""

    order_id: str
    consignment_id: str | None
    subject_id: str
    merchant_id: str
    party_id: str
    audience: str
    purpose: Purpose
    leg: Leg | None
    fields: int
    is_waiting: bool
    not_before_us: int
    expires_us: int
    max_uses: int


class Released(msgspec.Struct, frozen=True):
    """A release that is accounted for."""

    statement: Statement
    log_entry: str
    receipt: str


class Disclosure:
    """One open room; writing belongs to flows on the writer thread, reading to any thread."""

    def __init__(self, ring: KeyRing, book: PolicyBook, forbids: Forbids | None, address: str) -> None:
        self.book = book
        self.forbids = forbids
        self._address = address.rstrip("/")
        self._ring = ring
        self._shoppers = ring.blinder("shoppers")
        self._standins = ring.blinder("standins")
        self._signer = ring.signer("receipt")

    @classmethod
    def open(
        cls, ring: KeyRing, *, book: PolicyBook | None = None, forbids: Path | None = None, address: str = ""
    ) -> "Disclosure":
        """Open the room with the shipped policy, or with another; `address` is what shoppers reach us under.

        `forbids` is a file of Cedar policies by which the operator keeps back more than the policy does.

        Raises:
            Misconfigured: when the shipped policy was damaged, or the file cannot be used.
        """
        return cls(ring, book or shipped_policy(), None if forbids is None else read_forbids(forbids), address)

    @property
    def receipt_key(self) -> bytes:
        """The public key of 32 bytes that receipts are checked with."""
        return self._signer.public_key

    def sign_package(self, subject_id: str, sha256_hex: str) -> str:
        """Return a compact JWS over the digest of a shopper's access package."""
        return receipts.sign_package(self._signer, subject_id, sha256_hex)

    def policy(self, now_us: int) -> Policy:
        """Return the policy in force at a moment."""
        return self.book.at(now_us)

    def forbidden(self, asker: Asker, question: Question, cells: Mapping[Field, Cell]) -> list[Refusal]:
        """Return the fields, of those that the policy gives, which the operator's own policies keep back."""
        return [] if self.forbids is None else self.forbids.forbidden(asker, question, cells)

    def stand_ins(self, party_id: str) -> StandIns:
        """Return what makes stand-ins for values towards one party."""
        return StandIns(self._standins, party_id)

    def shopper_link(self, order_id: str) -> str:
        """Return the link of the shopper's page for an order: `https://.../p/...`, a path without an address."""
        return f"{self._address}/p/{shoppers.token_of(self._shoppers, order_id)}"

    def order_of(self, token: str) -> str:
        """Return the order that a shopper's link opens.

        Raises:
            NotFound: when this installation did not make the link.
        """
        return shoppers.order_of(self._shoppers, token)

    def remember(self, tx: Transaction, subject_id: str, order_id: str) -> None:
        """Keep whose order it is, for access requests."""
        store.add_order(tx, subject_id, order_id)

    def orders_in(self, tx: Transaction, subject_id: str) -> list[str]:
        """Return the ids of a shopper's orders, also those of the same batch; none when there is no such shopper."""
        return store.orders_in(tx, subject_id)

    def orders(self, conn: sqlite3.Connection, subject_id: str) -> list[str]:
        """Return the ids of a shopper's orders.

        Raises:
            NotFound: when there is no such shopper.
        """
        found = store.orders_of(conn, subject_id)
        if not found:
            raise NotFound("There is no such subject.")
        return found

    def move(self, tx: Transaction, move: Move) -> None:
        """Keep a reroute that was asked for, with its answer."""
        store.add_move(tx, move)

    def settle_move(self, tx: Transaction, decision_id: str, outcome: Outcome) -> None:
        """Keep what a person answered to a reroute that waited for one."""
        store.settle_move(tx, decision_id, outcome)

    def moves(self, conn: sqlite3.Connection, order_id: str) -> list[Move]:
        """Return the approved reroutes of an order, the one that was asked for last first."""
        return store.approved_moves(conn, order_id)

    def issue(self, tx: Transaction, terms: Terms) -> Grant:
        """Add a grant on these terms; `secret` tells its id."""
        reference = new_id("gnt")
        grant = Grant(
            digest=digest(_secret(self._ring.blinder("grants"), reference)),
            reference=reference,
            uses=0,
            created_us=tx.now_us,
            **msgspec.structs.asdict(terms),
        )
        store.add_grant(tx, grant)
        return grant

    def secret(self, grant: Grant) -> str:
        """Return the id that a grant is redeemed with: `gnt_` and 256 bits, made from the key and kept nowhere.

        Raises:
            NotFound: when the key that it was made from is gone; whoever was told the id can go on using it.
        """
        blinders = (self._ring.blinder("grants", version) for version in self._ring.blinder_versions("grants"))
        for secret in (_secret(blinder, grant.reference) for blinder in blinders):
            if digest(secret) == grant.digest:
                return secret
        raise NotFound("The id of this grant cannot be told again.", remedy="Make another grant.")

    def grant(self, tx: Transaction, name: str, *, by_reference: bool = False) -> Grant:
        """Return the grant with this id or, where that is allowed, with this reference.

        Raises:
            NotFound: when there is none.
        """
        if by_reference and is_id(name, "gnt"):
            found = store.find_reference(tx, name)
        else:
            found = store.find_grant(tx, digest(name))
        if found is None:
            raise NotFound("There is no grant with this id.")
        return found

    def use(self, tx: Transaction, grant: Grant) -> None:
        """Take one use.

        Raises:
            GrantSpent: when another took the last one, or the grant ended meanwhile.
        """
        if not store.use(tx, grant.digest, grant.party_id):
            raise GrantSpent

    def revoke(self, tx: Transaction, grant: Grant, because: str) -> bool:
        """End a grant for good; return whether that was still to do."""
        return store.revoke(tx, grant.digest, because)

    def refused(self, tx: Transaction, grant: Grant, party_id: str, refusal: SealaneError) -> None:
        """Remember an attempt that was refused."""
        store.add_attempt(tx, AttemptRow(tx.now_us, grant.reference, grant.order_id, party_id, refusal.code))

    def release(self, tx: Transaction, statement: Statement, log_entry: str) -> Released:
        """Account for a release and return it with its receipt."""
        receipt = receipts.sign_receipt(self._signer, Receipt(log_entry, statement))
        row = store.Release(receipts.statement_bytes(statement), log_entry, receipt)
        store.add_release(tx, (statement.disclosure_id, statement.subject_id, statement.order_id), row)
        return Released(statement, log_entry, receipt)

    def released(self, tx: Transaction, disclosure_id: str) -> Released:
        """Return a release.

        Raises:
            NotFound: when there is none.
        """
        found = store.release(tx, disclosure_id)
        if found is None:
            raise NotFound("There is no disclosure with this id.")
        return _open(found)

    def follow(self, tx: Transaction, event: Event, destination: str) -> None:
        """Let a confirmed event of the journey open or end the grants of its leg."""
        if event.accepted_as != "confirmed" or event.kind.partition(".")[0] != "consignment":
            return
        for grant in store.grants_of_order(tx, event.order_id):
            if event.consignment_id in {None, grant.consignment_id}:
                self._follow(tx, grant, event, destination)

    def of_order(self, conn: sqlite3.Connection, order_id: str) -> tuple[list[Released], list[Grant]]:
        """Return what was released of an order, the latest first, and its grants."""
        found = [_open(each) for each in store.releases_of_order(conn, order_id)]
        return found, store.all_grants(conn, order_id)

    def of_subject(
        self, conn: sqlite3.Connection, subject_id: str, *, limit: int, before: tuple[int, str] | None = None
    ) -> list[tuple[tuple[int, str], Released]]:
        """Return what was released of a shopper, the latest first, each with the position to go on from."""
        rows = store.releases_of_subject(conn, subject_id, before or _END, limit)
        return [((at, name), _open(each)) for at, name, each in rows]

    def latest(self, conn: sqlite3.Connection, limit: int) -> tuple[list[Grant], list[AttemptRow]]:
        """Return the grants made last and the attempts refused last."""
        return store.recent_grants(conn, limit), store.attempts(conn, limit)

    def mark_canary(self, tx: Transaction, subject_id: str) -> None:
        """Mark a made-up shopper: whoever has their data revealed raises an incident."""
        store.mark_canary(tx, subject_id)

    def is_canary(self, tx: Transaction, subject_id: str) -> bool:
        """Tell whether a shopper is made up."""
        return store.is_canary(tx, subject_id)

    def add_waybill(self, tx: Transaction, waybill: WaybillRow) -> None:
        """Add a waybill."""
        store.add_waybill(tx, waybill)

    def waybill(self, conn: sqlite3.Connection, pseudonym: str) -> WaybillRow:
        """Return the waybill with this number.

        Raises:
            NotFound: when there is none.
        """
        found = store.find_waybill(conn, pseudonym)
        if found is None:
            raise NotFound("There is no waybill with this number.")
        return found

    def waybills(self, conn: sqlite3.Connection, limit: int) -> list[WaybillRow]:
        """Return the waybills made last."""
        return store.latest_waybills(conn, limit)

    def _follow(self, tx: Transaction, grant: Grant, event: Event, destination: str) -> None:
        audience = self.policy(tx.now_us).audience(grant.audience)
        if audience is None:
            return
        has_arrived = event.kind != "consignment.arrived" or event.country in {None, destination}
        if grant.is_waiting and event.kind in audience.opens and has_arrived:
            store.open_leg(tx, grant.digest)
        if event.kind in audience.closes:
            if audience.grace_hours:
                store.close_leg(tx, grant.digest, tx.now_us + audience.grace_hours * _HOUR_US)
            else:
                store.revoke(tx, grant.digest, f"its leg ended with {event.kind.partition('.')[2]}")


def disclosures_of(conn: sqlite3.Connection, subject_id: str, *, limit: int) -> list[Released]:
    """Return what was released of a shopper, the latest first; needs no keys."""
    return [_open(row) for _, _, row in store.releases_of_subject(conn, subject_id, _END, limit)]


def _secret(blinder: Blinder, reference: str) -> str:
    noise = blinder.link("first", reference) + blinder.link("second", reference)
    return f"gnt_{base64.urlsafe_b64encode(noise).rstrip(b'=').decode()}"


def _open(row: store.Release) -> Released:
    return Released(msgspec.json.decode(row.statement, type=Statement), row.log_entry, row.receipt)
