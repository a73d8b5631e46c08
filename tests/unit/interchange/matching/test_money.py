from msgspec.structs import replace

from matchable import event, matchable
from sealane.interchange.matching.mismatch import TERMS
from sealane.interchange.matching.money import match_money
from sealane.model.event import Event
from sealane.model.money import Money

DELIVERED = event("consignment.delivered", 90)


def codes(*events: Event) -> list[str]:
    return [each.code for each in match_money(matchable(), events, TERMS)]


def test_partial_captures_and_refunds_with_rounding_are_no_mismatch() -> None:
    assert codes() == []
    parts = [event("payment.captured", n, minor=4_331) for n in (1, 2, 3)]
    back = [event("payment.refunded", n, minor=4_332) for n in (4, 5, 6)]
    assert codes(event("payment.authorized", 0, minor=12_990), *parts, *back, DELIVERED) == []


def test_more_or_less_than_the_order_is_worth() -> None:
    assert codes(event("payment.captured", minor=13_500)) == ["captured-more"]
    assert codes(event("payment.captured", 1, minor=12_990), event("payment.captured", 2, minor=12_990)) == [
        "captured-more"
    ]
    assert codes(event("payment.captured", minor=9_000), DELIVERED) == ["captured-less"]
    assert codes(event("payment.captured", minor=9_000)) == []
    assert codes(event("payment.captured", minor=12_980), DELIVERED) == []


def test_more_than_was_authorized_or_captured() -> None:
    assert codes(event("payment.authorized", minor=5_000), event("payment.captured", minor=12_990)) == [
        "captured-over-authorized"
    ]
    assert codes(event("payment.captured", minor=12_990), event("payment.refunded", minor=20_000)) == ["refunded-more"]
    twice = [event(f"payment.{kind}", minor=12_990) for kind in ("captured", "refunded", "chargeback")]
    assert codes(*twice) == ["returned-twice"]


def test_another_currency_is_said_and_nothing_else() -> None:
    other = replace(event("payment.captured"), amount=Money(99_999, "USD"))
    (found,) = match_money(matchable(), [other], TERMS)
    assert (found.code, found.expected, found.found) == ("payment-currency", "EUR", "USD")


def test_a_claim_of_money_does_not_count() -> None:
    claim = replace(event("payment.captured", minor=99_999), accepted_as="claimed")
    assert codes(claim) == []
