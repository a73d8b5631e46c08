"""Revealing: a reviewer sees one sealed field of an order, and the shopper sees that, and why.

The value is told only after the release stands on the log and in the shopper's list of who saw what.
"""

from typing import Any, Literal

import msgspec

from sealane.disclosure import Field, FieldGiven, Statement, statement_bytes
from sealane.flows.privacy.holdings import Holdings
from sealane.flows.rooms import Rooms
from sealane.model.clock import from_micros
from sealane.model.errors import NotFound
from sealane.model.ids import new_id
from sealane.model.party import OPERATOR
from sealane.storage import orderbook, outbox
from sealane.storage.database import Transaction

__all__ = ["AUDIENCE", "SEALED", "Revealing", "ReviewPurpose", "reveal"]

AUDIENCE = "review"
ReviewPurpose = Literal["supervise", "dispute", "claim"]
SEALED: tuple[Field, ...] = (
    *("name", "street", "unit", "postcode", "city", "region", "phone", "email"),
    *("billing_address", "origin", "ip", "device"),
)
"""Fields that lie in the vault and can be revealed one by one."""

_BASIS = "Regulation (EU) 2016/679, article 22(3): a person looks at an automated decision"
_encode = msgspec.json.Encoder().encode


class Revealing(msgspec.Struct, frozen=True):
    """Which field of a case's order a reviewer wants to see, who they are, and what for."""

    case_id: str
    order_id: str
    consignment_id: str | None
    field: Field
    purpose: ReviewPurpose
    by: str


def reveal(rooms: Rooms, asked: Revealing, tx: Transaction) -> Any:
    """Open one field, account for it, and return its value, which is kept nowhere.

    Raises:
        NotFound: when there is no such case or order, or it does not hold the field.
        Erased: when the shopper's data was erased.
    """
    order = orderbook.get(tx, asked.order_id)
    with rooms.database.reader() as conn:
        values = Holdings(rooms, conn, order, asked.consignment_id).read((asked.field,), asked.purpose)
    if asked.field not in values:
        raise NotFound("This order does not hold the field.")
    statement = Statement(
        disclosure_id=new_id("dsc"),
        grant="",
        order_id=order.order_id,
        consignment_id=asked.consignment_id,
        subject_id=order.subject_id,
        party_id=OPERATOR.party_id,
        party_name=OPERATOR.name,
        audience=AUDIENCE,
        purpose=asked.purpose,
        leg=None,
        fields=(FieldGiven(asked.field, "clear", _BASIS),),
        policy="",
        released_at=from_micros(tx.now_us).isoformat().replace("+00:00", "Z"),
        is_canary=rooms.disclosure.is_canary(tx, order.subject_id),
    )
    told = statement_bytes(statement)
    entry = rooms.log.append(tx, "disclosure.released", order_id=order.order_id, content=told)
    rooms.disclosure.release(tx, statement, entry)
    # The shopper is told which house looked; which of its people did stands on the case.
    rooms.risk.cases.note(tx, asked.case_id, asked.by, f"Looked at: {asked.field} (purpose: {asked.purpose}).")
    outbox.add(tx, "disclosure.released", order.order_id, told)
    if statement.is_canary:
        rooms.log.append(tx, "incident.opened", order_id=order.order_id, content=told)
        outbox.add(tx, "incident.opened", order.order_id, _encode({"reason": "canary-revealed", "found": statement}))
    return values[asked.field]
