"""The interchange: the guarded interface between payment and logistics systems.

    proof = verify_call(message, room.keys.valid, now_us=clock())     # a party's signed call (RFC 9421)
    room.nonces.claim(tx, proof)                                      # once, in the transaction of its effect
    receipt = room.receipts.sign(message, proof.label, 201, body, now_us=clock())
    verify_source(SOURCES["stripe"], secrets, letter, now_us=clock()) # a PSP's or carrier's native webhook
    kept, surplus = minimise("customs", fields)                       # what may cross on a leg

Signed calls are in `signatures`, native webhooks of PSPs and carriers in `inbox` with their `sources`, what may cross
in `gate`.
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
from sealane.interchange.room import Interchange
from sealane.interchange.signatures.bindings import (
    Binding,
    BindingKind,
    DpopCall,
    certificate_thumbprint,
    verify_dpop,
)
from sealane.interchange.signatures.message import Message, fields_of
from sealane.interchange.signatures.nonces import ClaimingDatabase
from sealane.interchange.signatures.partykeys import KeyInfo
from sealane.interchange.signatures.verification import Proof, verify_call

__all__ = [
    "SOURCES",
    "Binding",
    "BindingKind",
    "ClaimingDatabase",
    "DpopCall",
    "Endpoint",
    "EndpointRow",
    "ExchangeRow",
    "FieldName",
    "Finding",
    "Interchange",
    "KeyInfo",
    "Leg",
    "Letter",
    "MappedEvent",
    "Message",
    "MessageRow",
    "Mode",
    "OnSurplus",
    "Proof",
    "Source",
    "Tier",
    "certificate_thumbprint",
    "check_mode",
    "fields_of",
    "map_events",
    "minimise",
    "note_findings",
    "own_endpoint",
    "read_epcis",
    "read_findings",
    "source_named",
    "surplus_of",
    "verify_call",
    "verify_dpop",
    "verify_source",
    "write_epcis",
]
