"""Goods against payment and waybill: prices, declared values, and weights that fit what was bought.

The ranges of weight are by chapter of the Harmonized System, in grams a piece, wide enough for anything that is sold in
parcels; a chapter that is not listed is not judged.
"""

from collections.abc import Iterator

from sealane.interchange.matching.mismatch import Mismatch, Terms, amount_text
from sealane.model.codes import Currency
from sealane.model.consignment import Consignment
from sealane.model.order import Order

__all__ = ["CHAPTER_GRAMS", "match_goods"]

CHAPTER_GRAMS: dict[str, tuple[int, int]] = {
    "30": (1, 10_000), "33": (2, 10_000), "34": (2, 15_000), "39": (1, 50_000), "42": (10, 20_000),
    "43": (20, 10_000), "48": (2, 30_000), "49": (2, 15_000), "61": (5, 8_000), "62": (5, 10_000),
    "63": (10, 25_000), "64": (40, 8_000), "65": (10, 5_000), "66": (50, 20_000), "69": (10, 60_000),
    "70": (5, 60_000), "71": (0, 10_000), "73": (1, 80_000), "76": (1, 60_000), "82": (2, 40_000),
    "83": (1, 60_000), "84": (1, 120_000), "85": (1, 80_000), "87": (5, 80_000), "90": (1, 60_000),
    "91": (3, 30_000), "92": (10, 120_000), "94": (20, 150_000), "95": (1, 100_000), "96": (1, 20_000),
}  # fmt: skip

PACKAGING_GRAMS = 3_000
PACKAGING_SHARE = 0.25
_CHAPTER = 2


def match_goods(order: Order, terms: Terms) -> Iterator[Mismatch]:
    """Yield where goods, their price, their declared value and their weight contradict each other."""
    prices = [_price(each, order.payment.amount.currency) for each in order.consignments]
    known = [price for price in prices if price is not None]
    if known and len(known) == len(prices):
        yield from _match_payment(order, sum(known), terms)
    for consignment, price in zip(order.consignments, prices, strict=True):
        if price is not None:
            yield from _match_declared(consignment, price, order.payment.amount.currency, terms)
        yield from _match_weight(consignment)


def _match_payment(order: Order, price: int, terms: Terms) -> Iterator[Mismatch]:
    paid, currency = order.payment.amount.amount_minor, order.payment.amount.currency
    texts = amount_text(price, currency), amount_text(paid, currency)
    if paid < price * terms.least_paid_share:
        yield Mismatch("paid-under-goods", "payment", ("order", "payment"), *texts)
    elif paid > price * terms.most_paid_share:
        yield Mismatch("paid-over-goods", "payment", ("order", "payment"), *texts)


def _match_declared(consignment: Consignment, price: int, currency: Currency, terms: Terms) -> Iterator[Mismatch]:
    declared = consignment.declared_value
    if declared is None or declared.currency != currency:
        return
    texts = amount_text(price, currency), str(declared)
    if declared.amount_minor < price * terms.least_declared_share:
        yield Mismatch("declared-under-goods", consignment.consignment_id, ("order", "waybill"), *texts)
    elif declared.amount_minor > price * terms.most_declared_share:
        yield Mismatch("declared-over-goods", consignment.consignment_id, ("order", "waybill"), *texts)


def _match_weight(consignment: Consignment) -> Iterator[Mismatch]:
    grams, least, most = consignment.weight_grams, 0, 0
    if not grams or not consignment.items:
        return
    for item in consignment.items:
        spread = CHAPTER_GRAMS.get((item.hs_code or "")[:_CHAPTER])
        if spread is None:
            return
        least, most = least + spread[0] * item.quantity, most + spread[1] * item.quantity
    most += max(PACKAGING_GRAMS, round(most * PACKAGING_SHARE))
    if not least <= grams <= most:
        yield Mismatch(
            "weight-for-goods", consignment.consignment_id, ("order", "waybill"), f"{least} to {most} g", f"{grams} g"
        )


def _price(consignment: Consignment, currency: Currency) -> int | None:
    """Return the price of a consignment's goods in minor units; None when it is not told, or in another currency."""
    total = 0
    for item in consignment.items:
        if item.unit_price is None or item.unit_price.currency != currency:
            return None
        total += item.unit_price.amount_minor * item.quantity
    return total or None
