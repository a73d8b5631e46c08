"""The facts that this installation can show by itself, collected from its rooms for one run of the controls.

What is not here, others bring: labels from carriers, advance data from brokers, scripts from page checks, documents
from people. Nothing is guessed: a table that nobody brings stays absent, and its controls say so.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sealane.flows.oversight import crossings, held, installed, pages, reportable
from sealane.flows.oversight.disclosures import collect_disclosures
from sealane.flows.oversight.ledger import collect_ledger
from sealane.flows.rooms import Rooms
from sealane.model.cards.leak import scan, scan_bytes
from sealane.model.codes import EEA
from sealane.model.errors import DependencyUnavailable, ProofInvalid
from sealane.model.event import Event
from sealane.model.order import Order
from sealane.risk.archive import Inputs
from sealane.storage import orderlist, outbox, parties
from sealane.supervision.controls import history
from sealane.supervision.controls.conduct import Handling, Judged, Paid, TableSum
from sealane.supervision.controls.facts import Facts
from sealane.supervision.controls.security import Archive, LeakScan, Surface
from sealane.supervision.folder import LogFolder
from sealane.supervision.incidents import register
from sealane.supervision.incidents.record import Impact, Incident
from sealane.supervision.rates.eba import faults, tabulate
from sealane.supervision.rates.ledger import Ledger, half_year_of, year_of
from sealane.supervision.rates.official import all_rates, filing
from sealane.supervision.reading import open_published, prove_index

__all__ = ["SAMPLE", "collect"]

SAMPLE = 1000
"""How many of the newest decisions and documents are looked at in one run."""
_DAY_US = 86_400_000_000


def collect(rooms: Rooms, conn: sqlite3.Connection, folder: Path, at_us: int) -> Facts:
    """Return the facts as they stood at a moment; what has no history is shown as it stands now."""
    everyone, orders = parties.everyone(conn), list(_newest_orders(conn, at_us))
    tracked = tuple((order, _events(conn, order, at_us)) for order in orders)
    incidents = tuple(one for one in register.incidents(conn) if one.opened_us <= at_us)
    ledger = collect_ledger(conn, year_of(at_us).from_us - 366 * _DAY_US, at_us + 1, "EUR")
    disclosures, signed = collect_disclosures(rooms, conn, orders), history.attestations(conn)
    review = installed.review_log(rooms, folder, at_us)
    scans = (_scan_store(orders, at_us), review.scan, _scan_outbox(conn, at_us), installed.scan_code(folder, at_us))
    lines = held.audit_lines(rooms, conn, disclosures)
    return Facts(
        roles=tuple(sorted({role for party in everyone for role in party.roles})),
        countries=crossings.countries(orders),
        leak_scans=scans,
        queues=(),
        surfaces=_surfaces(orders),
        keys=tuple(installed.keys(rooms)),
        releases=installed.releases(),
        scripts=pages.scripts(rooms, conn, everyone, at_us),
        runs=(review.run, *pages.page_checks(rooms, conn, everyone, at_us)),
        tree_heads=(review.head,),
        archives=_archives(conn, folder, at_us),
        attestations=signed,
        decisions=tuple(_judged(rooms, conn, orders)),
        handlings=tuple(_handling(one) for one in incidents),
        incidents=incidents,
        payments=tuple(_paid(order) for order in orders if order.payment.method != "cash_on_delivery"),
        tables=tuple(_sums(ledger, at_us)),
        rates=filing(all_rates(ledger, at_us)),
        disclosures=disclosures,
        vault=tuple(held.vault_rows(rooms, conn, orders, at_us)),
        cards=tuple(held.cards(rooms, conn)),
        requests=tuple(held.requests(rooms, conn, orders, at_us)),
        notices=tuple(held.notices(rooms, conn, incidents, at_us)),
        consents=held.consents(disclosures),
        accounts=tuple(held.accounts(conn, orders, signed)),
        guards=tuple(held.guards(rooms, at_us)),
        suspicions=held.suspicions(rooms, everyone),
        refunds=None if ledger.losses else (),
        labels=crossings.labels(held.labels(rooms, conn, at_us), tracked),
        deliveries=crossings.deliveries(tracked),
        matches=tuple(crossings.matches(tracked)),
        manifests=crossings.manifests(tracked),
        payee_checks=crossings.payee_checks(tracked),
        payees=reportable.payees(ledger, incidents, at_us),
        sellers=reportable.sellers(ledger, everyone, at_us),
        authority_requests=crossings.authority_requests(tracked),
        audit_lines=lines,
        endpoints=held.endpoints(lines),
    )


def _newest_orders(conn: sqlite3.Connection, at_us: int) -> Iterator[Order]:
    page = orderlist.page(conn, orderlist.OrderFilter(to_us=at_us + 1), SAMPLE)
    for line in page.items:
        yield orderlist.read(conn, line.order_id)


def _events(conn: sqlite3.Connection, order: Order, at_us: int) -> tuple[Event, ...]:
    return tuple(each for each in orderlist.events(conn, order.order_id) if each.observed_us <= at_us)


def _scan_store(orders: list[Order], at_us: int) -> LeakScan:
    """Look for card numbers in every text of the stored orders: nothing of them may hold one."""
    hits = sum(scan(list(_texts(msgspec.to_builtins(order, builtin_types=(bytes,))))) is not None for order in orders)
    return LeakScan(id=f"{len(orders)} newest orders", place="store", at_us=at_us, hits=hits)


def _texts(value: Any) -> Iterator[str]:
    """Yield every text in a document; its numbers are times and amounts of ours."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _texts(member)


def _scan_outbox(conn: sqlite3.Connection, at_us: int) -> LeakScan:
    """Look for card numbers in the newest messages that others are told."""
    bodies = outbox.newest(conn, SAMPLE)
    hits = sum(scan_bytes(body) and scan(msgspec.json.decode(body)) is not None for body in bodies)
    return LeakScan(id=f"{len(bodies)} newest messages", place="messages", at_us=at_us, hits=hits)


def _surfaces(orders: list[Order]) -> tuple[Surface, ...]:
    """Return the longest parts of a card number that an order shows anywhere."""
    cards = [order.payment.card for order in orders if order.payment.card]
    if not cards:
        return ()
    leading = max(len(card.bin or "") for card in cards)
    trailing = max(len(card.last4 or "") for card in cards)
    return (Surface(id="GET /v1/orders/{order_id}", leading=leading, trailing=trailing),)


def _archives(conn: sqlite3.Connection, folder: Path, at_us: int) -> tuple[Archive, ...]:
    """Return since when orders and log are kept; the log is held when its first entry can still be read and proven."""
    span = orderlist.span(conn)
    if span is None or span[0] > at_us:
        return ()
    observed, decided = span
    kept = Archive(id="orders", kind="orders", began_us=observed, oldest_us=observed, at_hand_us=observed, is_held=True)
    begun = _begins_whole(LogFolder(folder / "log"))
    log = Archive(id="log", kind="log", began_us=decided, oldest_us=decided, at_hand_us=decided, is_held=begun)
    return (log, kept)


def _begins_whole(folder: LogFolder) -> bool:
    """Tell whether the first entry of what is published can be read and is part of the tree."""
    try:
        note, checkpoint = open_published(folder)
        if checkpoint.size:
            prove_index(folder, 0, note, checkpoint)
    except (ProofInvalid, DependencyUnavailable):
        return False
    return True


def _judged(rooms: Rooms, conn: sqlite3.Connection, orders: list[Order]) -> Iterator[Judged]:
    for order in orders[:200]:
        for decision in rooms.risk.decisions(conn, order.order_id):
            yield Judged(
                id=decision.decision_id,
                stage=decision.stage,
                outcome=decision.outcome,
                reasons=len(decision.reasons),
                factors=_factors(rooms.risk.inputs(conn, decision.decision_id)),
            )


# Regulation (EU) 2018/389, article 2(2): what is looked at, and the signals that look at it. Signs of malware in a
# session are seen by the payer's bank, which no signal tells of.
_LOOKED_AT = {
    "stolen_factors": frozenset({"on_lists", "listed", "alliance_members_reporting"}),
    "amount": frozenset({"amount_eur", "amount"}),
    "device": frozenset({"device_orders_24h", "device_seen_for", "device"}),
}


def _factors(inputs: Inputs) -> tuple[str, ...]:
    """Return the factors that a decision looked at: by signals that it knew, and by rules that it could judge."""
    seen = [factor for factor, signals in _LOOKED_AT.items() if signals & inputs.signals]
    return (*seen, "known_scenarios") if inputs.rules else tuple(seen)


def _handling(incident: Incident) -> Handling:
    return Handling(
        id=incident.incident_id,
        entry=incident.entry,
        detected_us=incident.moments.get("aware", incident.opened_us),
        recorded_us=incident.opened_us,
        classified_us=incident.moments.get("classified"),
        has_inputs=incident.impact != Impact(),
        is_documented=bool(incident.description or incident.impact.effects),
        is_notified=bool(incident.sent),
        reason_not_notified="risk is unlikely" if incident.impact.is_risk_unlikely else "",
    )


def _paid(order: Order) -> Paid:
    paid = order.payment
    is_in_scope = (
        paid.method in {"card", "bank_transfer", "wallet"}
        and ((paid.card.country if paid.card else None) or paid.billing_country) in EEA
    )
    authentication = "sca" if paid.three_ds == "authenticated" else ""
    return Paid(
        id=order.order_id,
        authentication=authentication if is_in_scope else "out_of_scope",
        amount_eur_minor=paid.amount.amount_minor if paid.amount.currency == "EUR" else 0,
        is_transfer=paid.method == "bank_transfer",
    )


def _sums(ledger: Ledger, at_us: int) -> Iterator[TableSum]:
    for entity in sorted({payment.entity for payment in ledger.payments}):
        table = tabulate(ledger, entity, half_year_of(at_us))
        wrong = {cell: (value, children) for cell, value, children in faults(table)}
        yield TableSum(
            id=f"{entity}: {len(table.cells)} cells", value=len(table.cells), children=len(table.cells) - len(wrong)
        )
