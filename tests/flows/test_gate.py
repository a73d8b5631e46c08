"""The leak gate on what crosses: card numbers found however they are written, tracking numbers let through."""

import random

import pytest

from leaks import WRITINGS, card_number, is_refused, message, s10, sscc
from sealane.interchange.gate.legs import LEGS


@pytest.mark.parametrize("leg", LEGS)
def test_a_card_number_crosses_no_leg_in_any_field_and_writing(leg: str) -> None:
    chance, missed = random.Random(leg), []
    for field in sorted(LEGS[leg] - {"tracking_number"}):
        for name, write in WRITINGS.items():
            for ensure_ascii in (True, False):
                body = message(leg, field, write(card_number(chance)), ensure_ascii=ensure_ascii)
                missed += [] if is_refused(body) else [(field, name)]
    assert not missed


def test_in_a_field_for_tracking_numbers_nine_in_ten_are_found() -> None:
    """One in ten has the check digit of a waybill as well; nothing but an issuer could tell them apart."""
    chance = random.Random(1)
    found = sum(
        is_refused(message("linehaul", "tracking_number", card_number(chance), ensure_ascii=False)) for _ in range(1000)
    )
    assert 850 < found < 950


def test_tracking_numbers_cross() -> None:
    chance = random.Random(2)
    numbers = [make(chance) for make in (s10, sscc) for _ in range(2000)]
    refused = [each for each in numbers if is_refused(message("customs", "tracking_number", each, ensure_ascii=False))]
    assert len(refused) <= len(numbers) / 1000
