import pytest
from msgspec.structs import replace

from matchable import matchable
from sealane.interchange.matching.goods import CHAPTER_GRAMS, match_goods
from sealane.interchange.matching.mismatch import TERMS
from sealane.model.money import Money
from sealane.model.order import Order


def codes(order: Order) -> list[str]:
    return [each.code for each in match_goods(order, TERMS)]


def paid(minor: int) -> Order:
    order = matchable()
    return replace(order, payment=replace(order.payment, amount=Money(minor, "EUR")))


def parcel(**changes: object) -> Order:
    order = matchable()
    return replace(order, consignments=(replace(order.consignments[0], **changes),))


@pytest.mark.parametrize(
    ("minor", "found"),
    [(12_990, []), (9_000, []), (20_000, []), (5_000, ["paid-under-goods"]), (60_000, ["paid-over-goods"])],
)
def test_discounts_and_shipping_are_no_mismatch_and_half_the_price_is(minor: int, found: list[str]) -> None:
    assert codes(paid(minor)) == found


@pytest.mark.parametrize(
    ("minor", "found"), [(8_000, []), (6_000, ["declared-under-goods"]), (30_000, ["declared-over-goods"])]
)
def test_the_declared_value_is_compared_with_the_goods(minor: int, found: list[str]) -> None:
    assert codes(parcel(declared_value=Money(minor, "EUR"))) == found


def test_weight_has_to_fit_the_goods_of_known_chapters() -> None:
    assert codes(parcel(weight_grams=500_000)) == ["weight-for-goods"]
    assert codes(parcel(weight_grams=1)) == ["weight-for-goods"]
    item = matchable().consignments[0].items[0]
    assert codes(parcel(weight_grams=500_000, items=(replace(item, hs_code="010121"),))) == []
    assert all(0 <= least < most for least, most in CHAPTER_GRAMS.values())


def test_what_is_not_told_or_in_another_currency_is_not_judged() -> None:
    item = matchable().consignments[0].items[0]
    assert codes(parcel(items=())) == []
    assert codes(parcel(items=(replace(item, unit_price=Money(1, "JPY")),))) == []
    assert codes(parcel(declared_value=Money(1, "USD"))) == []
    assert codes(parcel(declared_value=None, weight_grams=None)) == []
