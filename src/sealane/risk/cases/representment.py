"""Representment: the evidence with which a merchant contests a chargeback.

Visa Compelling Evidence 3.0 (dispute condition 10.4): at least two earlier transactions on the same card at the same
merchant, 120 to 365 days before the dispute and never disputed, each sharing with the disputed one at least two of IP
address, device, account and delivery address, one of them IP address or device. Then liability goes back to the issuer.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from sealane.model.clock import from_micros
from sealane.model.decision import Decision
from sealane.model.errors import NotFound
from sealane.model.event import AcceptedAs, Event
from sealane.model.money import Money
from sealane.model.order import Order
from sealane.model.payment import Payment
from sealane.risk.cases.linked import walk_key
from sealane.risk.explain import Fetch
from sealane.risk.facts import Fact, Parcel
from sealane.storage import figures, orderbook

__all__ = ["Element", "PriorOrder", "Representment", "Scan", "represent"]

DAY_US = 86_400_000_000
OLDEST_DAYS, YOUNGEST_DAYS = 365, 120
PRIORS_NEEDED = 2
ELEMENTS_NEEDED = 2

Element = Literal["ip", "device", "account", "address"]
_TELLING: frozenset[Element] = frozenset({"ip", "device"})


class PriorOrder(msgspec.Struct, frozen=True):
    """An earlier undisputed order on the same card, and what it shares with the disputed one."""

    order_id: str
    reference: str
    placed_at: datetime
    amount: Money
    days_before_dispute: int
    shared: tuple[Element, ...]
    counts: bool


class Scan(msgspec.Struct, frozen=True):
    """One event of the order's life; `accepted_as` says whether its source knows it at first hand."""

    at: datetime
    kind: str
    accepted_as: AcceptedAs
    country: str | None
    tracking_number: str | None
    has_signature: bool
    has_photo: bool


class Representment(msgspec.Struct, frozen=True):
    """The pack: what was bought and paid, how it was checked, how it travelled, and who bought before.

    It holds no personal value; names and addresses are added by whoever may read them, under the purpose `dispute`.
    """

    case_id: str
    order_id: str
    reference: str
    placed_at: datetime
    disputed_at: datetime
    reason_code: str | None
    payment: Payment
    is_authenticated: bool
    scans: tuple[Scan, ...]
    is_delivered: bool
    has_delivery_proof: bool
    priors: tuple[PriorOrder, ...]
    meets_ce3: bool
    decisions: tuple[Decision, ...]
    missing: tuple[str, ...]


class Disputed(msgspec.Struct, frozen=True):
    """What is disputed: the case, its order with events and decisions, and the number of its last decided fact."""

    case_id: str
    order: Order
    events: tuple[Event, ...]
    decisions: tuple[Decision, ...]
    seq: int


def represent(conn: sqlite3.Connection, disputed: Disputed, fetch: Fetch) -> Representment:
    """Return the pack against the order's chargeback.

    Raises:
        NotFound: when the order has no chargeback.
    """
    order, events = disputed.order, disputed.events
    chargebacks = [event for event in events if event.kind == "payment.chargeback"]
    if not chargebacks:
        raise NotFound("This order has no chargeback to contest.")
    dispute = chargebacks[-1]
    scans = tuple(_scan(event) for event in events if event.kind.startswith(("consignment.", "payment.")))
    deliveries = [scan for scan in scans if scan.kind == "consignment.delivered" and scan.accepted_as == "confirmed"]
    priors = _priors(conn, disputed, dispute.occurred_us, fetch)
    pack = Representment(
        disputed.case_id,
        order.order_id,
        order.reference,
        from_micros(order.placed_us),
        from_micros(dispute.occurred_us),
        dispute.reason_code,
        order.payment,
        order.payment.three_ds == "authenticated",
        scans,
        bool(deliveries),
        any(scan.has_signature or scan.has_photo for scan in deliveries),
        priors,
        sum(prior.counts for prior in priors) >= PRIORS_NEEDED,
        disputed.decisions,
        (),
    )
    return msgspec.structs.replace(pack, missing=tuple(_missing(pack)))


def _priors(conn: sqlite3.Connection, disputed: Disputed, disputed_us: int, fetch: Fetch) -> tuple[PriorOrder, ...]:
    """Return the earlier orders on the same card at the same merchant, those that count first."""
    found = fetch(disputed.seq)
    if found is None or found[0].payer.card is None:
        return ()
    fact, card = found[0], found[0].payer.card
    priors: list[PriorOrder] = []
    for earlier, parcel in walk_key(disputed.seq, "card", card, fetch):
        days = (disputed_us - earlier.payer.placed_us) // DAY_US
        is_same_shop = earlier.kind == "order" and earlier.payer.merchant == fact.payer.merchant
        if is_same_shop and YOUNGEST_DAYS <= days <= OLDEST_DAYS and not _is_disputed(conn, earlier.order_id):
            shared = _shared(fact, earlier, parcel)
            order = orderbook.read(conn, earlier.order_id)
            counts = len(shared) >= ELEMENTS_NEEDED and not _TELLING.isdisjoint(shared)
            priors.append(
                PriorOrder(
                    order.order_id,
                    order.reference,
                    from_micros(order.placed_us),
                    order.payment.amount,
                    days,
                    shared,
                    counts,
                )
            )
    return tuple(sorted(priors, key=lambda prior: not prior.counts))


def _shared(fact: Fact, earlier: Fact, parcel: Parcel) -> tuple[Element, ...]:
    """Return the elements that two orders on one card share."""
    addresses = {each.address for each in fact.parcels} - {None}
    is_shared: dict[Element, bool] = {
        "ip": fact.payer.ip is not None and fact.payer.ip == earlier.payer.ip,
        "device": fact.payer.device is not None and fact.payer.device == earlier.payer.device,
        "account": fact.payer.account is not None and fact.payer.account == earlier.payer.account,
        "address": any(each.address in addresses for each in (parcel, *earlier.parcels)),
    }
    return tuple(element for element, is_same in is_shared.items() if is_same)


def _is_disputed(conn: sqlite3.Connection, order_id: str) -> bool:
    """Tell whether an earlier order was charged back or found to be fraud; one that is gone proves nothing."""
    try:
        order = orderbook.read(conn, order_id)
    except NotFound:
        return True
    is_charged_back = any(event.kind == "payment.chargeback" for event in orderbook.events(conn, order_id))
    return is_charged_back or figures.truth_of(conn, order) == "fraud"


def _scan(event: Event) -> Scan:
    return Scan(
        from_micros(event.occurred_us),
        event.kind,
        event.accepted_as,
        event.country,
        event.tracking_number,
        event.has_signature,
        event.has_photo,
    )


def _missing(pack: Representment) -> Sequence[str]:
    """Return what would make the evidence stronger."""
    lines = []
    if not pack.meets_ce3:
        have = sum(prior.counts for prior in pack.priors)
        lines.append(
            f"Compelling Evidence 3.0 needs {PRIORS_NEEDED} earlier undisputed orders that match; found {have}."
        )
    if not pack.is_authenticated:
        lines.append("The payer was not authenticated by 3-D Secure, so liability did not shift.")
    if not pack.is_delivered:
        lines.append("No carrier reported delivery at first hand.")
    elif not pack.has_delivery_proof:
        lines.append("The delivery carries neither a signature nor a photo.")
    if pack.payment.avs not in {"Y", "X"}:
        lines.append("The issuer's address check was not a full match.")
    return lines
