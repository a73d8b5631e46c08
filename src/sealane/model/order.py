"""An order: one purchase, a payment and the consignments that fulfil it."""

from datetime import datetime
from typing import Annotated

import msgspec

from sealane.model.consignment import Consignment, ConsignmentRequest
from sealane.model.decision import Decision
from sealane.model.payment import Payment, PaymentRequest
from sealane.model.personal import Text, decode_hook
from sealane.model.sealed import OrderSeal

__all__ = ["Order", "OrderRequest", "OrderResult", "Shopper", "order_decoder"]

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Short = Annotated[str, msgspec.Meta(max_length=64)]


class Shopper(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whoever pays, as the merchant knows them."""

    account: Text | None = None
    account_created_at: Aware | None = None
    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    ip: Text | None = None
    device: Text | None = None
    locale: Short | None = None


class OrderRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of `POST /v1/orders`."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    placed_at: Aware
    shopper: Shopper
    payment: PaymentRequest
    consignments: Annotated[tuple[ConsignmentRequest, ...], msgspec.Meta(max_length=100)]
    channel: Short | None = None
    observed_at: Aware | None = None
    """When an imported order was learned of; live orders leave it out and are observed when they arrive."""


order_decoder = msgspec.json.Decoder(OrderRequest, dec_hook=decode_hook)


class Order(msgspec.Struct, frozen=True):
    """An order as stored: no personal value in it, only the seal that stands for them. Times in microseconds."""

    order_id: str
    merchant_id: str
    reference: str
    placed_us: int
    observed_us: int
    payment: Payment
    consignments: tuple[Consignment, ...]
    seal: OrderSeal
    account_created_us: int | None = None
    channel: str | None = None
    locale: str | None = None

    @property
    def subject_id(self) -> str:
        """The shopper's handle in the vault."""
        return self.seal.subject_id

    def position(self, consignment_id: str) -> int:
        """Return where the consignment stands in the order, counted from 0.

        Raises:
            ValueError: when the order has no such consignment.
        """
        for index, consignment in enumerate(self.consignments):
            if consignment.consignment_id == consignment_id:
                return index
        raise ValueError("not a consignment of this order")


class OrderResult(msgspec.Struct, frozen=True):
    """The answer to an order: ids, the decision, and the log entry that proves it."""

    order_id: str
    consignment_ids: tuple[str, ...]
    subject_id: str
    decision: Decision
    log_entry: str
    shopper_link: str | msgspec.UnsetType = msgspec.UNSET
    """The shopper's own page, as a path or an address; made anew for each answer, so that it is stored nowhere."""
