"""Disclose: a party redeems a grant, and every release is on the log before a value leaves.

Redeeming takes one use by one conditional statement, opens the fields, and writes row, receipt and log entry in the
same transaction. The caller is answered after the commit, so no value is told without its entry.
"""

from typing import Any

import msgspec

from sealane.disclosure import (
    Audience,
    Cell,
    Field,
    FieldGiven,
    Grant,
    Policy,
    Question,
    Refusal,
    Released,
    Statement,
    give,
    refusal_of,
    standing_of,
    statement_bytes,
)
from sealane.flows.privacy.holdings import Holdings, asker_of, cells_in, corridor_of
from sealane.flows.rooms import Rooms
from sealane.model.clock import spelled
from sealane.model.errors import GrantRevoked, SealaneError
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction
from sealane.storage.idempotency import Slot, once

__all__ = ["Answer", "Denied", "Redemption", "cells_of", "redeem"]

_encode = msgspec.json.Encoder().encode


class Redemption(msgspec.Struct, frozen=True):
    """Who redeems which grant, under which `Idempotency-Key` if any."""

    party: Party
    grant: Grant
    key: str | None = None


class Answer(msgspec.Struct, frozen=True):
    """What a redeemed grant gives: the release, the values, which are kept nowhere, and what is not due yet."""

    released: Released
    values: dict[str, Any]
    withheld: tuple[Refusal, ...] = ()


class Denied(msgspec.Struct, frozen=True):
    """A refused attempt, which is remembered; whoever asked gets the refusal."""

    refusal: SealaneError


class _Refused(Exception):
    """Carries a refusal out of the work that is to be done once."""

    def __init__(self, refusal: SealaneError) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def redeem(rooms: Rooms, redemption: Redemption, tx: Transaction) -> Answer | Denied:
    """Take one use of a grant and open its fields; the same key again opens the same release again.

    Raises:
        Erased: when the shopper's data was erased; the use is not taken.
        IdempotencyMismatch: when the key was used for another grant.
    """
    found, party = redemption.grant, redemption.party
    made: list[Answer] = []
    with rooms.database.reader() as conn:
        holdings = Holdings(rooms, conn, orderbook.get(tx, found.order_id), found.consignment_id)

        def work(tx: Transaction) -> bytes:
            made.append(_release(rooms, redemption, holdings, tx))
            return made[0].released.statement.disclosure_id.encode()

        try:
            if redemption.key is None:
                work(tx)
            else:
                slot = Slot(party.party_id, "redeem", redemption.key)
                answer = once(tx, slot, found.digest, work)
                if answer.replayed:
                    return _repeat(rooms, redemption, holdings, answer.body.decode(), tx)
        except _Refused as denied:
            rooms.disclosure.refused(tx, found, party.party_id, denied.refusal)
            return Denied(denied.refusal)
    return made[0]


def _release(rooms: Rooms, redemption: Redemption, holdings: Holdings, tx: Transaction) -> Answer:
    found, party, disclosure = redemption.grant, redemption.party, rooms.disclosure
    policy = _admit(rooms, redemption, holdings.order, tx)
    cells, withheld = _due(rooms, redemption, holdings, policy, tx.now_us)
    disclosure.use(tx, found)
    values = _values(rooms, found, holdings, cells)
    statement = Statement(
        disclosure_id=new_id("dsc"),
        grant=found.reference,
        order_id=found.order_id,
        consignment_id=found.consignment_id,
        subject_id=found.subject_id,
        party_id=party.party_id,
        party_name=party.name,
        audience=found.audience,
        purpose=found.purpose,
        leg=found.leg,
        fields=tuple(FieldGiven(name, str(cell), cell.basis) for name, cell in cells.items() if name in values),
        policy=policy.version,
        released_at=spelled(tx.now_us),
        is_canary=disclosure.is_canary(tx, found.subject_id),
    )
    told = statement_bytes(statement)
    entry = rooms.log.append(tx, "disclosure.released", order_id=found.order_id, content=told)
    released = disclosure.release(tx, statement, entry)
    outbox.add(tx, "disclosure.released", found.order_id, told)
    if statement.is_canary:
        # Nobody has business with a shopper who does not exist: whoever looks is looking through what is not theirs.
        rooms.log.append(tx, "incident.opened", order_id=found.order_id, content=told)
        outbox.add(tx, "incident.opened", found.order_id, _encode({"reason": "canary-revealed", "found": statement}))
    return Answer(released, values, withheld)


def _admit(rooms: Rooms, redemption: Redemption, order: Order, tx: Transaction) -> Policy:
    """Return the policy of the moment, once nothing stands against the redemption.

    Raises:
        _Refused: with the reason.
    """
    found = redemption.grant
    policy = rooms.disclosure.policy(tx.now_us)
    corridor = corridor_of(policy, order, found.consignment_id)
    refusal = refusal_of(found, redemption.party.party_id, policy, corridor, tx.now_us)
    if refusal is not None:
        raise _Refused(refusal)
    return policy


def _due(
    rooms: Rooms, redemption: Redemption, holdings: Holdings, policy: Policy, now_us: int
) -> tuple[dict[Field, Cell], tuple[Refusal, ...]]:
    """Return how each field of the grant is given now, and the fields that are given only at another moment.

    Raises:
        _Refused: naming the operator's own policy that forbids a field of the grant by now.
    """
    found, order = redemption.grant, holdings.order
    cells = cells_of(policy, found, order)
    asker = asker_of(policy, order, found.consignment_id, redemption.party)
    forbidden = rooms.disclosure.forbidden(asker, Question(found.purpose, found.leg), cells)
    if forbidden:
        raise _Refused(GrantRevoked(f"The grant covers {forbidden[0].field}. {forbidden[0].reason}"))
    withheld = _withheld(found, policy.audience(found.audience), holdings, now_us)
    late = {each.field for each in withheld}
    return {name: cell for name, cell in cells.items() if name not in late}, withheld


def _withheld(found: Grant, audience: Audience | None, holdings: Holdings, now_us: int) -> tuple[Refusal, ...]:
    """Return which fields of the grant are not given, since their moment has not come or has passed."""
    moments = (
        {} if audience is None else {name: audience.moments[name] for name in found.names if name in audience.moments}
    )
    if not moments:
        return ()
    journey = [each for each in holdings.journey() if each.accepted_as == "confirmed"]
    return tuple(
        Refusal(
            name,
            "not-now",
            f"{found.audience} / {name}",
            f"This is given only for {moment.hours} hours after {moment.after}.",
        )
        for name, moment in moments.items()
        if not any(each.kind == moment.after and moment.holds(each.occurred_us, now_us) for each in journey)
    )


def _repeat(rooms: Rooms, redemption: Redemption, holdings: Holdings, disclosure_id: str, tx: Transaction) -> Answer:
    """Open a release again for whoever lost the answer, unless the grant has ended since.

    Raises:
        _Refused: with the reason.
    """
    found = redemption.grant
    if standing_of(found, tx.now_us) in {"revoked", "expired"}:
        _admit(rooms, redemption, holdings.order, tx)
    released = rooms.disclosure.released(tx, disclosure_id)
    cells, withheld = _due(rooms, redemption, holdings, rooms.disclosure.policy(tx.now_us), tx.now_us)
    return Answer(released, _values(rooms, found, holdings, cells), withheld)


def cells_of(policy: Policy, found: Grant, order: Order) -> dict[Field, Cell]:
    """Return how each field of the grant is given today."""
    corridor = corridor_of(policy, order, found.consignment_id)
    return cells_in(policy, policy.audience(found.audience), corridor, found.names)


def _values(rooms: Rooms, found: Grant, holdings: Holdings, cells: dict[Field, Cell]) -> dict[str, Any]:
    """Open the fields and give each as its cell says."""
    stand_ins = rooms.disclosure.stand_ins(found.party_id)
    held = holdings.read(tuple(cells), found.purpose)
    place = {"country": holdings.country}
    return {
        name: give(name, cell, {"postcode": held[name], **place} if cell.form == "area" else held[name], stand_ins)
        for name, cell in cells.items()
        if name in held
    }
