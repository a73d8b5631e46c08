"""What was released to whom, as rows for the controls and as holdings for the scope of a breach."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from sealane.flows.oversight.ledger import is_in_eea
from sealane.flows.rooms import Rooms
from sealane.model.clock import to_micros
from sealane.model.order import Order
from sealane.storage import orderlist, parties
from sealane.supervision.controls.conduct import Disclosed
from sealane.supervision.incidents.affected import Holding

__all__ = ["collect_disclosures", "collect_holdings"]

_NEVER_US = 1 << 62
# Countries with an adequacy decision of the European Commission; other deliveries rest on GDPR article 49(1)(b) or (c).
_ADEQUATE = frozenset({"AD", "AR", "CA", "CH", "FO", "GB", "GG", "IL", "IM", "JE", "JP", "KR", "NZ", "UY"})


def collect_disclosures(rooms: Rooms, conn: sqlite3.Connection, orders: list[Order]) -> tuple[Disclosed, ...]:
    """Return the releases of these orders. The policy lets no other field out, so what was given was needed."""
    homes = {party.party_id: party.country for party in parties.everyone(conn)}
    found = []
    for order in orders:
        lane = orderlist.lane_of(order)
        for released in rooms.disclosure.of_order(conn, order.order_id)[0]:
            statement = released.statement
            fields = tuple(given.field for given in statement.fields)
            home = homes.get(statement.party_id, "")
            leaves = is_in_eea(lane[1]) and bool(home) and not is_in_eea(home)
            found.append(
                Disclosed(
                    id=statement.disclosure_id,
                    entry=released.log_entry,
                    party=statement.party_id,
                    purpose=statement.purpose,
                    leg=statement.leg or "order",
                    at_us=to_micros(datetime.fromisoformat(statement.released_at)),
                    from_country=lane[0],
                    to_country=lane[1],
                    fields=fields,
                    needed=tuple(given.field for given in statement.fields if given.basis),
                    ground="contract",
                    is_within_policy=bool(statement.policy),
                    subject=statement.subject_id,
                    is_third_country=leaves,
                    transfer_tool=("adequacy" if home in _ADEQUATE else "derogation") if leaves else None,
                    has_receipt=bool(released.receipt),
                )
            )
    return tuple(found)


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
