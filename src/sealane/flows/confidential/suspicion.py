"""Suspicion: a report for an authority's eyes only, on the log as a sealed entry.

Laws that ask for such a report forbid to tell the person it is about (31 USC 5318(g)(2); Directive (EU) 2015/849,
article 39). So the order is looked up and not touched: no event, no outgoing message, no entry that names it.
"""

from typing import Annotated

import msgspec

from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros
from sealane.model.errors import FieldError, InvalidInput, NotFound
from sealane.model.party import Party
from sealane.storage import orderbook, parties
from sealane.storage.database import Transaction
from sealane.supervision.sealed.envelope import Recipient, recipient_of

__all__ = ["SuspicionRequest", "SuspicionResult", "recipient_for", "report_suspicion"]

_encode = msgspec.json.Encoder(order="sorted").encode


class SuspicionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/suspicions`: which order, for which authority, and what is suspected."""

    order: Annotated[str, msgspec.Meta(max_length=64)]
    authority: Annotated[str, msgspec.Meta(max_length=64)]
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=20_000)]


class SuspicionResult(msgspec.Struct, frozen=True):
    """The sealed entry of a report; whoever reported may keep its id, nobody can ask for the report with it."""

    log_entry: str
    authority: str


def recipient_for(rooms: Rooms, authority_id: str) -> Recipient:
    """Return the authority that a report is for, with the key it is sealed to.

    Raises:
        InvalidInput: when there is no such authority, or it has no key that can be sealed to.
    """
    try:
        with rooms.database.reader() as connection:
            party = parties.by_id(connection, authority_id)
    except NotFound:
        party = None
    if party is None or not party.has("authority"):
        detail = "There is no authority with this id."
        raise InvalidInput(detail, errors=(FieldError("/authority", "unknown", detail),))
    return recipient_of(party.party_id, party.public_keys)


def report_suspicion(
    rooms: Rooms, party: Party, recipient: Recipient, request: SuspicionRequest, tx: Transaction
) -> SuspicionResult:
    """Seal a report for an authority and put it on the log.

    Raises:
        NotFound: when no order of theirs is named so.
        InvalidInput: when the authority's key cannot be sealed to.
    """
    own = party.party_id if party.roles == ("merchant",) else None
    order, _ = orderbook.find(tx, own, order=request.order)
    document = {
        "about": {"order": order.order_id},
        "by": party.party_id,
        "kind": "suspicion",
        "text": request.text,
        "time": from_micros(tx.now_us),
    }
    entry_id = rooms.log.append_sealed(tx, recipient, _encode(document))
    return SuspicionResult(entry_id, recipient.party_id)
