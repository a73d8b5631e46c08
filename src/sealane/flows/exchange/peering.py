"""Peering: messages between two installations, each signed, minimised, receipted, and on the logs of both.

The sender logs the message when it is sent and the receipt when it comes; the receiver logs the message when it takes
it, and its receipt names that entry. Both log the same digest of the same bytes.
"""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any

import msgspec

from sealane.flows.exchange.messages import Value, read_message
from sealane.flows.exchange.telling import message_named
from sealane.flows.rooms import Rooms
from sealane.interchange import (
    PEER,
    DeliveryRow,
    Discovery,
    Evidence,
    Leg,
    Message,
    PeerMessageRow,
    PeerRow,
    ReceiptRow,
    ReceiverRow,
    Reply,
    Sender,
    Subscription,
    minimise,
    note_findings,
    verify_receipt,
)
from sealane.keys.secrets import digest as digest_secret
from sealane.keys.secrets import new_secret
from sealane.model.clock import Clock, from_micros
from sealane.model.errors import DependencyUnavailable, Erased, NotFound, SignatureInvalid
from sealane.model.ids import new_id
from sealane.model.party import Party, PartyRequest
from sealane.storage import orderbook, outbox, parties
from sealane.storage.database import Transaction

__all__ = ["PeerMessage", "PeerTaken", "PeerTold", "add_peer", "deliver_to_peer", "read_peer_message", "take_message"]

KEPT_US = 90 * 86_400_000_000
_encode = msgspec.json.Encoder().encode

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class PeerMessage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message as it goes from one installation to another."""

    message_id: Id
    reference: Id
    leg: Leg
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    kind: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.-]{0,63}$")]
    fields: dict[str, Value]
    sent_at: Annotated[datetime, msgspec.Meta(tz=True)]


class PeerTaken(msgspec.Struct, frozen=True):
    """The answer to a peer's message: its id here, the digest of what was taken, and the entry of the log."""

    message_id: str
    received_as: str
    digest: str
    log_entry: str


class PeerTold(msgspec.Struct, frozen=True):
    """A peer's message as it is read here."""

    message_id: str
    peer: str
    foreign_id: str
    reference: str
    leg: str
    purpose: str
    kind: str
    fields: dict[str, Any]
    sent_at: datetime
    received_at: datetime
    digest: str
    log_entry: str


def add_peer(rooms: Rooms, request: PartyRequest, document: Discovery, tx: Transaction) -> PeerRow:
    """Register another installation as a party whose signed messages are taken; again, to read its keys anew."""
    known = rooms.interchange.peers.at(tx, document.origin)
    if known is not None:
        party_id, endpoint_id, since_us = known.party_id, known.endpoint_id, known.created_us
    else:
        party = parties.add(tx, request, digest_secret(new_secret("sk")))
        wanted = Subscription(document.origin + document.messages, ("message.sent",), PEER)
        receiver, _ = rooms.interchange.receivers.add(tx, party.party_id, wanted, outbox.last(tx))
        party_id, endpoint_id, since_us = party.party_id, receiver.endpoint_id, tx.now_us
    rooms.interchange.keys.enrol(tx, party_id, document.keys)
    row = PeerRow(party_id, document.origin, endpoint_id, _encode(document), since_us)
    rooms.interchange.peers.put(tx, row)
    rooms.log.append(tx, "peer.added", order_id=None, content=_encode({"peer": party_id, "origin": document.origin}))
    tx.after_commit(rooms.interchange.wake_courier)
    return row


async def deliver_to_peer(rooms: Rooms, sender: Sender, receiver: ReceiverRow, row: DeliveryRow, clock: Clock) -> Reply:
    """Send a message to a peer; what it answers counts only with a receipt that is bound to this very call.

    Raises:
        DependencyUnavailable: when the peer cannot be reached, or its receipt does not verify.
        NotPermitted: when the peer's address is not on the public internet.
        Erased: when the shopper was erased since.
        NotFound: when the message or the peer is gone.
    """
    body, message_id, order_id = _message(rooms, receiver, row)
    call = rooms.interchange.receivers.sign(receiver, row.delivery_id, body, now_us=clock())
    reply = await sender.send(call)
    if not reply.is_taken:
        return reply
    evidence = _checked(rooms, receiver, call, reply)

    def flow(tx: Transaction) -> None:
        content = _encode({"message": message_id, "digest": sha256(body).hexdigest(), "receipt": evidence.reply})
        entry = rooms.log.append(tx, "message.receipted", order_id=order_id, content=content)
        receipt = ReceiptRow(message_id, receiver.party_id, _encode(evidence), entry, tx.now_us)
        rooms.interchange.peers.keep_receipt(tx, receipt)

    await rooms.database.run_async(flow)
    return reply


def take_message(rooms: Rooms, peer: Party, message: PeerMessage, body: bytes, tx: Transaction) -> bytes:
    """Take a message of a peer and return `PeerTaken` as JSON; what its leg does not need is left behind.

    Raises:
        SchemaMismatch: when a field is not known.
    """
    kept, surplus = minimise(message.leg, message.fields)
    note_findings(tx, peer.party_id, message.leg, "stripped", surplus)
    message_id, digest = new_id("msg"), sha256(body).digest()
    held = rooms.interchange.safe.seal(_encode(msgspec.structs.replace(message, fields=kept)), message_id)
    content = _encode({"message": message.message_id, "digest": digest.hex(), "peer": peer.party_id})
    entry = rooms.log.append(tx, "message.received", order_id=None, content=content)
    row = PeerMessageRow(message_id, peer.party_id, message.message_id, message.kind, digest, held, entry, tx.now_us)
    rooms.interchange.peers.take(tx, row, keep_us=KEPT_US)
    return _encode(PeerTaken(message.message_id, message_id, digest.hex(), entry))


def read_peer_message(rooms: Rooms, message_id: str) -> PeerTold:
    """Return a message that a peer sent.

    Raises:
        NotFound: when there is none.
        Erased: when its fields were kept long enough and are gone.
    """
    with rooms.database.reader() as conn:
        row = rooms.interchange.peers.message(conn, message_id)
    if row is None:
        raise NotFound("There is no such message.")
    if row.held is None:
        raise Erased("The fields of this message were kept as long as they may be.")
    message = msgspec.json.decode(rooms.interchange.safe.open(row.held, row.message_id), type=PeerMessage)
    return PeerTold(
        row.message_id,
        row.peer_id,
        row.foreign_id,
        message.reference,
        message.leg,
        message.purpose,
        message.kind,
        message.fields,
        message.sent_at,
        from_micros(row.received_us),
        row.digest.hex(),
        row.entry_id,
    )


def _message(rooms: Rooms, receiver: ReceiverRow, row: DeliveryRow) -> tuple[bytes, str, str]:
    """Return the body for the peer, the id of the message and its order."""
    with rooms.database.reader() as conn:
        message_id = message_named(outbox.read(conn, row.number))
        reference = orderbook.read(conn, row.order_id).reference
    told = read_message(rooms, Party(receiver.party_id, "", (), "ZZ"), message_id)
    leg = msgspec.convert(told.leg, Leg)
    message = PeerMessage(message_id, reference, leg, told.purpose, told.kind, told.fields, told.sent_at)
    return _encode(message), message_id, row.order_id


def _checked(rooms: Rooms, receiver: ReceiverRow, call: Message, reply: Reply) -> Evidence:
    with rooms.database.reader() as conn:
        peer = rooms.interchange.peers.find(conn, receiver.party_id)
    if peer is None:
        raise NotFound("There is no such peer.")
    document = msgspec.json.decode(peer.document, type=Discovery)
    try:
        return verify_receipt(call, reply.status, reply.fields, reply.body, document)
    except SignatureInvalid as refusal:
        raise DependencyUnavailable(f"The peer's receipt does not hold: {refusal.detail}") from None
