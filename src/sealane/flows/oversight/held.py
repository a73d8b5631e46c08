"""Facts of what is held about people and cards: how long, under which wish or law, who was told, and who has access.

Where a kind of thing can only happen here, having none of it is a fact; where it may happen elsewhere as well, nothing
is said of it unless something is here.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sealane.flows.privacy.access import AUDIENCE
from sealane.flows.rooms import Rooms
from sealane.model.cards.leak import scan_bytes
from sealane.model.clock import to_micros
from sealane.model.errors import DependencyUnavailable
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import parties
from sealane.storage.people import identities, passkeys, register
from sealane.supervision.controls.conduct import Consent, Disclosed, Label, Notice, RightsRequest, Suspicion
from sealane.supervision.controls.security import Account, Attestation, AuditLine, CardRow, Endpoint, Guard, VaultRow
from sealane.supervision.incidents.record import Incident

__all__ = [
    "accounts",
    "audit_lines",
    "cards",
    "consents",
    "endpoints",
    "guards",
    "labels",
    "notices",
    "requests",
    "suspicions",
    "vault_rows",
]

_DAY_US = 86_400_000_000
NEED_US = 540 * _DAY_US
"""Until when an order's personal data are needed: the schemes let a chargeback come up to 540 days after a payment."""

_HIDDEN = 99
"""Characters hidden of a name or number that is not on the label at all: more than either has."""

_LIMIT = 1000
_CARD = frozenset({"card"})
_REVIEW = "PCI-7.2.4"


def vault_rows(rooms: Rooms, conn: sqlite3.Connection, orders: Iterable[Order], at_us: int) -> Iterator[VaultRow]:
    """Yield each shopper of these orders: until when the newest order needs the data, and which laws hold them."""
    newest: dict[str, int] = {}
    for order in orders:
        newest[order.subject_id] = max(order.placed_us, newest.get(order.subject_id, 0))
    for subject_id, placed_us in newest.items():
        yield VaultRow(
            id=subject_id,
            expires_us=placed_us + NEED_US,
            is_readable=rooms.vault.receipt(conn, subject_id) is None,
            holds=rooms.vault.laws_holding(conn, subject_id, at_us),
        )


def cards(rooms: Rooms, conn: sqlite3.Connection) -> Iterator[CardRow]:
    """Yield the stored cards: no number may stand in what is stored of one."""
    for token, body in rooms.vault.stored_cards(conn, _LIMIT):
        yield CardRow(id=token, is_sealed=not scan_bytes(body), hash_algorithm=rooms.vault.LINK_ALGORITHM)


def audit_lines(rooms: Rooms, conn: sqlite3.Connection, told: Iterable[Disclosed]) -> tuple[AuditLine, ...] | None:
    """Return that nobody did anything with card data, when none was ever stored or given; from where is not kept."""
    is_used = bool(rooms.vault.stored_cards(conn, 1)) or any(_CARD & set(one.fields) for one in told)
    return None if is_used else ()


def endpoints(lines: tuple[AuditLine, ...] | None) -> tuple[Endpoint, ...] | None:
    """Return that card data crossed no network, when nobody did anything with any; how others speak is not kept."""
    return None if lines is None else ()


def requests(rooms: Rooms, conn: sqlite3.Connection, orders: Iterable[Order], at_us: int) -> Iterator[RightsRequest]:
    """Yield the wishes of shoppers that were carried out here; each is carried out when it is made."""
    for gone in rooms.vault.erasures(conn):
        if gone.erased_us <= at_us:
            yield RightsRequest(
                id=gone.subject_id,
                law="GDPR",
                kind="erasure",
                received_us=gone.erased_us,
                answered_us=gone.erased_us,
                is_key_destroyed=gone.is_key_destroyed,
            )
    goes_to_china = {order.subject_id for order in orders if _touches(order, "CN")}
    for subject_id in {order.subject_id for order in orders}:
        for _, released in rooms.disclosure.of_subject(conn, subject_id, limit=_LIMIT):
            told = released.statement
            told_us = to_micros(datetime.fromisoformat(told.released_at))
            if told.audience != AUDIENCE or told_us > at_us:
                continue
            law = "PIPL" if subject_id in goes_to_china else "GDPR"
            for kind in ("access", "export"):
                yield RightsRequest(
                    id=f"{told.disclosure_id} {kind}",
                    entry=released.log_entry,
                    law=law,
                    kind=kind,
                    received_us=told_us,
                    answered_us=told_us,
                )


def notices(rooms: Rooms, conn: sqlite3.Connection, incidents: Iterable[Incident], at_us: int) -> Iterator[Notice]:
    """Yield who was to be told of an erasure, and the people told of an incident."""
    for gone in rooms.vault.erasures(conn):
        seen = rooms.disclosure.of_subject(conn, gone.subject_id, limit=_LIMIT)
        for party_id in {told.statement.party_id for _, told in seen if told.statement.audience != AUDIENCE}:
            if gone.erased_us <= at_us:
                name = f"{gone.subject_id} {party_id}"
                yield Notice(id=name, about="erasure", event_us=gone.erased_us, sent_us=None)
    for one in incidents:
        aware_us = one.moments.get("aware", one.opened_us)
        for sent in one.sent:
            if sent.stage == "people" and sent.at_us <= at_us:
                yield Notice(
                    id=f"{one.incident_id} {sent.regime}",
                    entry=sent.entry or None,
                    about="incident",
                    event_us=aware_us,
                    sent_us=sent.at_us,
                )


def consents(disclosures: Iterable[Disclosed]) -> tuple[Consent, ...] | None:
    """Return that no consent was needed, when no release rests on one; else they are kept elsewhere."""
    return None if any(one.ground == "consent" for one in disclosures) else ()


def accounts(conn: sqlite3.Connection, orders: Iterable[Order], signed: Iterable[Attestation]) -> Iterator[Account]:
    """Yield whoever has access, reviewed when it was given or by an attestation since: programs, then people."""
    reviews = [one.made_us for one in signed if one.control == _REVIEW]
    used: dict[str, int] = {}
    for order in orders:
        used[order.merchant_id] = max(order.observed_us, used.get(order.merchant_id, 0))
    given = {party_id: max(since for _, since in keys) for party_id, keys in parties.secrets(conn).items() if keys}
    for party in parties.everyone(conn):
        if party.party_id in given:
            since_us = given[party.party_id]
            yield Account(
                id=party.party_id,
                role=" ".join(party.roles),
                is_person=False,
                reviewed_us=max([since_us, *reviews]),
                last_used_us=max(since_us, used.get(party.party_id, 0)),
                has_second_factor=False,
            )
    yield from _people(conn, reviews)


def _people(conn: sqlite3.Connection, reviews: list[int]) -> Iterator[Account]:
    """Yield the people of the console; a passkey, or a provider that knows them, is more than a link or a key."""
    linked, signed_in = identities.linked(conn), register.signed_in(conn)
    for one in register.everyone(conn):
        own = passkeys.of_person(conn, one.person.person_id)
        uses = [key.used_us or key.made_us for key in own]
        last_us = max([one.added_us, signed_in.get(one.person.person_id, 0), *uses])
        if one.left_us is None and last_us:
            yield Account(
                id=one.person.person_id,
                role=" ".join(one.person.roles),
                is_person=True,
                reviewed_us=max([one.added_us or last_us, *reviews]),
                last_used_us=last_us,
                has_second_factor=bool(own) or one.person.person_id in linked,
            )


def guards(rooms: Rooms, at_us: int) -> Iterator[Guard]:
    """Yield what watches over the rest, asked now: whether the log keeps up, and whether history can be read."""
    checks: dict[str, Callable[[], None]] = {"log": rooms.log.check, "signals": rooms.risk.check}
    for name, check in checks.items():
        try:
            check()
        except DependencyUnavailable:
            yield Guard(id=name, last_beat_us=at_us, failed_us=at_us)
        else:
            yield Guard(id=name, last_beat_us=at_us)


def suspicions(rooms: Rooms, everyone: Iterable[Party]) -> tuple[Suspicion, ...] | None:
    """Return that nothing was suspected, when nothing is sealed for an authority; else its clock runs elsewhere."""
    authorities = (party.party_id for party in everyone if party.has("authority"))
    return None if any(rooms.log.sealed_for(party_id, "", 1) for party_id in authorities) else ()


def labels(rooms: Rooms, conn: sqlite3.Connection, at_us: int) -> Iterator[Label]:
    """Yield the labels drawn here: they carry a number, a sort code and nothing of the person."""
    for row in rooms.disclosure.waybills(conn, _LIMIT):
        if row.created_us <= at_us:
            yield Label(
                id=row.pseudonym, hidden_name=_HIDDEN, hidden_phone=_HIDDEN, shows_unit=False, shows_identity=False
            )


def _touches(order: Order, country: str) -> bool:
    return any(country in {each.shipper_country, each.consignee_country} for each in order.consignments)
