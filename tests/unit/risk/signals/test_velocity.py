import pytest

from sealane.risk.signals.velocity import VELOCITY, span


def test_failed_attempts_are_counted_and_not_only_orders() -> None:
    names = {signal.name for signal in VELOCITY}
    assert {"card_failed_24h", "device_failed_1h", "ip_failed_1h", "network_failed_1h", "bin_failed_1h"} <= names
    assert {"account_orders_24h", "card_orders_1h", "email_orders_24h", "phone_orders_24h", "device_orders_1h"} <= names


@pytest.mark.parametrize(
    ("width", "words"),
    [("1h", "the last hour"), ("24h", "the last 24 hours"), ("1d", "the last day"), ("30d", "the last 30 days")],
)
def test_widths_are_told_in_words(width: str, words: str) -> None:
    assert span(width) == words
