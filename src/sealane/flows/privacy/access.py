"""Access: everything held about one shopper, with everyone who saw any of it, in one signed package.

The package answers articles 15 and 20 of Regulation (EU) 2016/679 and article 45 of China's PIPL. Making one is itself
a disclosure, to whoever asked for it on the shopper's behalf, and the shopper sees it as such.
"""

import sqlite3
from typing import Any

import msgspec

from sealane.disclosure import FieldGiven, Released, Statement, statement_bytes
from sealane.flows.rooms import Rooms
from sealane.model.clock import spelled
from sealane.model.errors import Erased, NotFound
from sealane.model.ids import new_id
from sealane.model.order import Order
from sealane.model.party import Party
from sealane.storage import orderbook
from sealane.storage.database import Transaction

__all__ = ["AUDIENCE", "export", "orders_of"]

AUDIENCE = "access-request"
_BASIS = "Regulation (EU) 2016/679, article 15: the shopper's right to a copy"
_LIMIT = 10_000
_WORDS = (
    "This is all that is held about you here, in `orders`, and everyone who was given any of it, in `disclosures`.",
    "Each disclosure says who saw which field, why, on which leg of the journey and when, and by which law or need.",
    "`masked` means that only a part or a code was given; `token` means a stand-in that says nothing.",
    "Each has a signed receipt and an entry in a public log, so that you can prove it: sealane log verify.",
    "You may have mistakes corrected and, where no law keeps it, your data erased.",
    "You may complain to your data protection authority.",
)


def orders_of(rooms: Rooms, conn: sqlite3.Connection, caller: Party, subject_id: str) -> list[Order]:
    """Return a shopper's orders, which the caller took or, as operator, may see.

    Raises:
        NotFound: when there is no such shopper, or another merchant's; both look the same.
    """
    orders = [orderbook.read(conn, order_id) for order_id in rooms.disclosure.orders(conn, subject_id)]
    if not caller.has("operator") and any(order.merchant_id != caller.party_id for order in orders):
        raise NotFound("There is no such subject.")
    return orders


def export(rooms: Rooms, caller: Party, subject_id: str, tx: Transaction) -> dict[str, Any]:
    """Return the package, ready to be signed, and account for each order in it.

    Raises:
        NotFound: when there is no such shopper of the caller's.
    """
    with rooms.database.reader() as conn:
        orders = orders_of(rooms, conn, caller, subject_id)
        seen = [each for _, each in rooms.disclosure.of_subject(conn, subject_id, limit=_LIMIT)]
        held = [_held(rooms, conn, order) for order in orders]
    for order, one in zip(orders, held, strict=True):
        _account(rooms, caller, order, tuple(one["values"] or ()), tx)
    return {
        "subject_id": subject_id,
        "made_at": spelled(tx.now_us),
        "is_erased": bool(held) and all(one["values"] is None for one in held),
        "explanation": _WORDS,
        "source": "The shop you ordered from, its payment provider and its carriers.",
        "automated_decisions": "Each order is checked for fraud by published rules; ask the shop for a person's look.",
        "orders": held,
        "disclosures": [_told(each) for each in seen],
    }


def _held(rooms: Rooms, conn: sqlite3.Connection, order: Order) -> dict[str, Any]:
    vault, record_id = rooms.vault, order.seal.record_id
    values: dict[str, Any] | None
    try:
        values = dict(vault.reveal(conn, record_id, vault.fields(conn, record_id), purpose="supervise"))
    except (Erased, NotFound):
        values = None
    events = [
        {"kind": each.kind, "occurred_at": spelled(each.occurred_us)} for each in orderbook.events(conn, order.order_id)
    ]
    return {
        "order_id": order.order_id,
        "reference": order.reference,
        "placed_at": spelled(order.placed_us),
        "amount": msgspec.to_builtins(order.payment.amount),
        "items": [msgspec.to_builtins(item) for each in order.consignments for item in each.items],
        "events": events,
        "values": values,
    }


def _account(rooms: Rooms, caller: Party, order: Order, fields: tuple[str, ...], tx: Transaction) -> None:
    statement = Statement(
        disclosure_id=new_id("dsc"),
        grant="",
        order_id=order.order_id,
        consignment_id=None,
        subject_id=order.subject_id,
        party_id=caller.party_id,
        party_name=caller.name,
        audience=AUDIENCE,
        purpose="access",
        leg=None,
        fields=tuple(FieldGiven(name, "clear", _BASIS) for name in fields),
        policy="",
        released_at=spelled(tx.now_us),
    )
    told = statement_bytes(statement)
    entry = rooms.log.append(tx, "subject.exported", order_id=order.order_id, content=told)
    rooms.disclosure.release(tx, statement, entry)


def _told(released: Released) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(released.statement)
    return found | {"log_entry": released.log_entry, "receipt": released.receipt}
