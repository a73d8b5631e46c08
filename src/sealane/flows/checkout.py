"""Checkout: an order comes in, is sealed, judged with its parcel and recorded."""

from sealane.flows.rooms import Rooms
from sealane.flows.steps.admission import admit_order
from sealane.flows.steps.deciding import decide
from sealane.model.order import OrderRequest, OrderResult
from sealane.model.party import Party
from sealane.storage import orderbook
from sealane.storage.database import Transaction

__all__ = ["checkout"]


def checkout(rooms: Rooms, party: Party, request: OrderRequest, tx: Transaction) -> OrderResult:
    """Take one order of a merchant, under a reference that `reception` has found to be new, and decide on it.

    Raises:
        InvalidInput: when a time is absurd or a card token is unknown.
    """
    seal = rooms.vault.seal_order(tx, party.party_id, request)
    order = admit_order(rooms, party, request, seal, tx)

    signals = rooms.risk.observe_order(tx, order)

    orderbook.add(tx, order)
    rooms.disclosure.remember(tx, order.subject_id, order.order_id)
    decision, entry_id = decide(rooms, "checkout", order, signals, tx)
    return OrderResult(
        order_id=order.order_id,
        consignment_ids=tuple(c.consignment_id for c in order.consignments),
        subject_id=order.subject_id,
        decision=decision,
        log_entry=entry_id,
    )
