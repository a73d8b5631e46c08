"""The interchange: the guarded interface between payment and logistics systems.

    proof = verify_call(message, room.keys.valid, now_us=clock())     # a party's signed call (RFC 9421)
    room.nonces.claim(tx, proof)                                      # once, in the transaction of its effect
    receipt = room.receipts.sign(message, proof.label, 201, body, now_us=clock())
    verify_source(SOURCES["stripe"], secrets, letter, now_us=clock()) # a PSP's or carrier's native webhook
    kept, surplus = minimise("customs", fields)                       # what may cross on a leg
    answer = await sender.send(room.receivers.sign(row, "out_...", body, now_us=clock()))    # a webhook of ours
    match(order, events)                                              # order, payment and waybill, compared

Signed calls are in `signatures`, native webhooks of PSPs and carriers in `inbox` with their `sources`, what may cross
in `gate`. Webhooks of ours are in `outbound`, other installations in `peers`, the three-way match in `matching`,
vectors against any receiver in `conformance`.
"""

from sealane.interchange.epcis.reading import read_document as read_epcis
from sealane.interchange.epcis.writing import write_document as write_epcis
from sealane.interchange.gate.findings import Finding, note_findings, read_findings
from sealane.interchange.gate.legs import FieldName, Leg, OnSurplus, minimise
from sealane.interchange.gate.store import ExchangeRow
from sealane.interchange.gate.surplus import surplus_of
from sealane.interchange.inbox.endpoints import Endpoint, Mode, check_mode, own_endpoint, source_named
from sealane.interchange.inbox.letter import Letter
from sealane.interchange.inbox.mapping import MappedEvent, map_events
from sealane.interchange.inbox.proving import verify_source
from sealane.interchange.inbox.source import SOURCES, Source, Tier
from sealane.interchange.inbox.store import EndpointRow, MessageRow
from sealane.interchange.matching.comparing import match
from sealane.interchange.matching.findings import standing_findings
from sealane.interchange.matching.mismatch import CODES, Mismatch
from sealane.interchange.matching.store import FindingRow
from sealane.interchange.outbound.receivers import KINDS, PEER, Subscription, own_receiver
from sealane.interchange.outbound.schedule import next_attempt_us
from sealane.interchange.outbound.sending import Reply, Sender
from sealane.interchange.outbound.store import DeliveryRow, ReceiverRow
from sealane.interchange.peers.discovery import DISCOVERY_PATH, Discovery, origin_of, read_discovery
from sealane.interchange.peers.evidence import Evidence, verify_receipt
from sealane.interchange.peers.store import PeerMessageRow, PeerRow, ReceiptRow
from sealane.interchange.room import Interchange
from sealane.interchange.signatures.bindings import (
    Binding,
    BindingKind,
    DpopCall,
    certificate_thumbprint,
    thumbprint_of,
    verify_dpop,
)
from sealane.interchange.signatures.message import Message, fields_of
from sealane.interchange.signatures.nonces import ClaimingDatabase
from sealane.interchange.signatures.partykeys import KeyInfo
from sealane.interchange.signatures.verification import Proof, verify_call

__all__ = [
    "CODES",
    "DISCOVERY_PATH",
    "KINDS",
    "PEER",
    "SOURCES",
    "Binding",
    "BindingKind",
    "ClaimingDatabase",
    "DeliveryRow",
    "Discovery",
    "DpopCall",
    "Endpoint",
    "EndpointRow",
    "Evidence",
    "ExchangeRow",
    "FieldName",
    "Finding",
    "FindingRow",
    "Interchange",
    "KeyInfo",
    "Leg",
    "Letter",
    "MappedEvent",
    "Message",
    "MessageRow",
    "Mismatch",
    "Mode",
    "OnSurplus",
    "PeerMessageRow",
    "PeerRow",
    "Proof",
    "ReceiptRow",
    "ReceiverRow",
    "Reply",
    "Sender",
    "Source",
    "Subscription",
    "Tier",
    "certificate_thumbprint",
    "check_mode",
    "fields_of",
    "map_events",
    "match",
    "minimise",
    "next_attempt_us",
    "note_findings",
    "origin_of",
    "own_endpoint",
    "own_receiver",
    "read_discovery",
    "read_epcis",
    "read_findings",
    "source_named",
    "standing_findings",
    "surplus_of",
    "thumbprint_of",
    "verify_call",
    "verify_dpop",
    "verify_receipt",
    "verify_source",
    "write_epcis",
]
