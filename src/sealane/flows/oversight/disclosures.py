"""What was released to whom, as rows for the controls and as holdings for the scope of a breach."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from sealane.disclosure import Statement
from sealane.flows.privacy.access import AUDIENCE as OWN
from sealane.flows.privacy.destination import bound
from sealane.flows.privacy.holdings import corridor_of
from sealane.flows.review.reveal import AUDIENCE as REVIEW
from sealane.flows.review.reveal import SEALED
from sealane.flows.rooms import Rooms
from sealane.model.clock import to_micros
from sealane.model.codes import EEA
from sealane.model.order import Order
from sealane.storage import orderlist, parties
from sealane.supervision.controls.conduct import Disclosed
from sealane.supervision.incidents.affected import Holding

__all__ = ["collect_disclosures", "collect_holdings"]

_NEVER_US = 1 << 62
# Countries with an adequacy decision of the European Commission; other deliveries rest on GDPR article 49(1)(b) or (c).
_ADEQUATE = frozenset({"AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"})


def collect_disclosures(rooms: Rooms, conn: sqlite3.Connection, orders: list[Order]) -> tuple[Disclosed, ...]:
    """Return the releases of these orders, each held against the policy of its day once more."""
    homes = {party.party_id: party.country for party in parties.everyone(conn)}
    found = []
    for order in orders:
        lane = orderlist.lane_of(order)
        for released in rooms.disclosure.of_order(conn, order.order_id)[0]:
            statement = released.statement
            released_us = to_micros(datetime.fromisoformat(statement.released_at))
            needed = _needed(rooms, conn, order, statement)
            home = homes.get(statement.party_id, "")
            leaves = lane[1] in EEA and bool(home) and home not in EEA
            found.append(
                Disclosed(
                    id=statement.disclosure_id,
                    entry=released.log_entry,
                    party=statement.party_id,
                    purpose=statement.purpose,
                    leg=statement.leg or "order",
                    at_us=released_us,
                    from_country=lane[0],
                    to_country=lane[1],
                    fields=tuple(given.field for given in statement.fields),
                    needed=needed or (),
                    ground="contract",
                    is_within_policy=needed is not None,
                    subject=statement.subject_id,
                    is_third_country=leaves,
                    transfer_tool=("adequacy" if home in _ADEQUATE else "derogation") if leaves else None,
                    has_receipt=bool(released.receipt),
                )
            )
    return tuple(found)


def _needed(rooms: Rooms, conn: sqlite3.Connection, order: Order, statement: Statement) -> tuple[str, ...] | None:
    """Return which of the released fields the receiver's part needed, or None when nobody has such a part."""
    given = tuple(each.field for each in statement.fields)
    if statement.audience == OWN:
        return given
    if statement.audience == REVIEW:
        return tuple(field for field in given if field in SEALED)
    policy = rooms.disclosure.policy(to_micros(datetime.fromisoformat(statement.released_at)))
    audience = policy.audience(statement.audience)
    if audience is None or statement.purpose not in audience.purposes:
        return None
    if statement.leg not in (audience.legs or (None,)):
        return None
    # A reroute may have moved the parcel into another corridor before or after this release.
    corridors = {corridor_of(policy, one, statement.consignment_id) for one in (order, bound(rooms, conn, order))}
    return tuple(
        field for field in given if any(policy.cell(audience, field, corridor) is not None for corridor in corridors)
    )


def collect_holdings(rooms: Rooms, conn: sqlite3.Connection, party_id: str, to_us: int) -> Iterator[Holding]:
    """Yield what a party was handed before a moment; what it was handed counts as held from then on."""
    for order in orderlist.scan_orders(conn, 0, to_us):
        for released in rooms.disclosure.of_order(conn, order.order_id)[0]:
            statement = released.statement
            if statement.party_id == party_id:
                yield Holding(
                    subject_id=statement.subject_id,
                    party_id=party_id,
                    fields=tuple(given.field for given in statement.fields),
                    from_us=to_micros(datetime.fromisoformat(statement.released_at)),
                    until_us=_NEVER_US,
                    legs=(statement.leg,) if statement.leg else (),
                )
