"""What this installation knows of a merchant: payments, parcels, messages, incidents, scripts and people's word."""

import sqlite3
from collections.abc import Iterable
from datetime import UTC, date, datetime
from ipaddress import ip_address
from typing import Any, get_args

from sealane.flows.rooms import Rooms
from sealane.flows.trust.parcelfacts import count_parcels
from sealane.grading import Authorised, Own
from sealane.interchange import read_findings
from sealane.interchange.gate.legs import Leg
from sealane.model.clock import from_micros, to_micros
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.shield import check_link
from sealane.storage import orderlist
from sealane.supervision.incidents import register
from sealane.supervision.incidents.clocks import clocks
from sealane.supervision.incidents.record import Incident
from sealane.supervision.rates.ledger import month_before, month_of

__all__ = ["collect_own", "count_ledger"]

_DAY_US = 86_400_000_000
_WINDOW_US = 90 * _DAY_US
_ASIDE_US = 90 * _DAY_US
_MOST_FINDINGS = 10_000
_TAKEN = frozenset({"payment.captured", "payment.refunded", "payment.chargeback"})
_LEGS = frozenset(get_args(Leg))
# Visa's condition 10, Mastercard's fraud family; a reason in plain words says it itself.
_FRAUD_REASONS = ("10.", "4837", "4840", "4849", "4863", "4870", "4871", "fraud")


def collect_own(rooms: Rooms, conn: sqlite3.Connection, party: Party, now_us: int) -> Own:
    """Return the facts about a merchant as they stand now."""
    from_us = now_us - _WINDOW_US
    orders = list(orderlist.scan_orders(conn, from_us, now_us + 1, party.party_id))
    counted = count_ledger(orders, orderlist.merchant_events(conn, party.party_id, from_us), now_us)
    incidents = register.incidents(conn, party.party_id)
    watched = rooms.grading.watched(conn, party.party_id)
    scripts = rooms.grading.scripts(conn, party.party_id)
    return Own(
        **counted,
        **_messages(conn, party, now_us),
        erasure_days=_erasure_days(rooms, conn, {order.subject_id for order in orders}, now_us),
        overdue_disclosures=_overdue(incidents, now_us),
        has_open_breach=_has_breach(incidents),
        is_lookalike=_is_lookalike(party),
        authorised=tuple(Authorised(one.name, one.justification, one.digest) for one in scripts),
        is_watched=watched is not None,
        last_watched_us=watched.looked_us or None if watched else None,
        unauthorised_since_us=watched.unauthorised_us if watched else None,
        profile=rooms.grading.profile(conn, party.party_id),
        set_aside=tuple(
            one.check
            for one in rooms.grading.appeals(conn, party.party_id)
            if one.outcome == "upheld" and one.answered_at and now_us - to_micros(one.answered_at) < _ASIDE_US
        ),
    )


def count_ledger(orders: Iterable[Order], events: Iterable[Event], now_us: int) -> dict[str, Any]:
    """Return the fields of the own facts that orders and their events tell."""
    payments = {order.order_id: order for order in orders}
    happened = [event for event in events if event.order_id in payments]
    cards = _settled(payments, happened)
    losses = {"payment.chargeback", "verdict.recorded"}
    lost = [each for each in happened if each.kind in losses and (each.kind == "payment.chargeback" or _is_fraud(each))]
    return {
        "settled": len(cards),
        "disputed": len({event.order_id for event in lost if event.order_id in cards}),
        **_month(payments, cards, lost, now_us),
        **count_parcels(payments.values(), happened, now_us),
        "claims_not_received": len({each.order_id for each in happened if each.claim == "not_received"}),
        "messages": len(payments) + len(happened),
    }


def _settled(payments: dict[str, Order], happened: list[Event]) -> set[str]:
    """Return the card payments that were taken; of a merchant who never tells of that, all of them."""
    cards = {key for key, order in payments.items() if order.payment.method in {"card", "wallet"}}
    if not any(event.kind == "payment.captured" for event in happened):
        return cards
    return cards & {event.order_id for event in happened if event.kind in _TAKEN}


def _month(payments: dict[str, Order], cards: set[str], lost: list[Event], now_us: int) -> dict[str, Any]:
    month, before = month_of(now_us), month_before(month_of(now_us))
    made = [payments[key] for key in cards if month.covers(payments[key].observed_us)]
    late = [event for event in lost if month.covers(event.observed_us) and event.order_id in cards]
    charged = [event for event in late if event.kind == "payment.chargeback"]
    paid = sum(order.payment.amount.amount_minor for order in made)
    fraud = sum(payments[e.order_id].payment.amount.amount_minor for e in charged if _is_fraud(e))
    return {
        "month_events": len(late),
        "month_settled": len(made),
        "month_chargebacks": len(charged),
        "month_before_sales": sum(before.covers(payments[key].observed_us) for key in cards),
        "fraud_share_of_value": fraud / paid if paid else None,
        "secured_share": sum(order.payment.three_ds in {"authenticated", "attempted"} for order in made) / len(made)
        if made
        else None,
    }


def _is_fraud(event: Event) -> bool:
    return event.verdict == "fraud" or (event.reason_code or "").lower().startswith(_FRAUD_REASONS)


def _messages(conn: sqlite3.Connection, party: Party, now_us: int) -> dict[str, Any]:
    """Return what the gate found in the party's messages in the window: card numbers, and fields that no leg needs.

    A day is all that is kept of when; the day of a card number in a message of transport counts to its end.
    """
    first = from_micros(now_us - _WINDOW_US).date()
    found = [each for each in read_findings(conn, party.party_id, _MOST_FINDINGS) if each.day >= first]
    leaks = [each for each in found if each.action == "leaked"]
    in_transport = [each.day for each in leaks if each.channel in _LEGS]
    return {
        "leaks": sum(each.times for each in leaks),
        "surplus": sum(each.times for each in found if each.action != "leaked"),
        "card_in_logistics_us": _end_us(max(in_transport)) if in_transport else None,
    }


def _end_us(day: date) -> int:
    return to_micros(datetime(day.year, day.month, day.day, tzinfo=UTC)) + _DAY_US - 1


def _erasure_days(rooms: Rooms, conn: sqlite3.Connection, subjects: set[str], now_us: int) -> float | None:
    """Return the longest that the end of a shopper's keys took or still takes; None where nobody was erased."""
    gone = [each for each in rooms.vault.erasures(conn) if each.subject_id in subjects]
    waiting = [now_us - each.erased_us for each in gone if not each.is_key_destroyed]
    return max(waiting, default=0) / _DAY_US if gone else None


def _overdue(incidents: Iterable[Incident], now_us: int) -> int | None:
    """Return how often affected people were not told in time and still are not; None where nobody has to be told."""
    duties = [duty for one in incidents for duty in clocks(one, now_us) if duty.stage == "people" and duty.due_us]
    return sum(duty.sent_us is None and (duty.due_us or now_us) < now_us for duty in duties) if duties else None


def _has_breach(incidents: Iterable[Incident]) -> bool:
    ended = {"handled", "restored"}
    return any(one.kind == "breach" and not ended & one.moments.keys() for one in incidents)


def _is_lookalike(party: Party) -> bool | None:
    """Tell whether the shop's domain imitates a brand; None where it has no domain that could."""
    if not party.domains or "." not in party.domains[0] or _is_address(party.domains[0]):
        return None
    return check_link(f"https://{party.domains[0]}/")[0] == "dangerous"


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition(":")[0])
    except ValueError:
        return False
    return True
