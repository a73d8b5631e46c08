"""The leak gate on what crosses: card numbers found however they are written, tracking numbers let through."""

import json
import random

import pytest

from leaks import WRITINGS, card_number, gs1, is_refused, message, s10, sscc, waybill
from sealane.interchange.gate.legs import LEGS
from sealane.model.cards.number import is_card_number


@pytest.mark.parametrize("leg", LEGS)
def test_a_card_number_crosses_no_leg_in_any_field_and_writing(leg: str) -> None:
    chance, missed = random.Random(leg), []
    for field in sorted(LEGS[leg] - {"tracking_number"}):
        for name, write in WRITINGS.items():
            for ensure_ascii in (True, False):
                body = message(leg, field, write(card_number(chance)), ensure_ascii=ensure_ascii)
                missed += [] if is_refused(body) else [(field, name)]
    assert not missed


def test_in_a_field_for_tracking_numbers_none_crosses_either() -> None:
    chance = random.Random(1)
    missed = [
        name
        for name, write in WRITINGS.items()
        for _ in range(100)
        if not is_refused(message("linehaul", "tracking_number", write(card_number(chance)), ensure_ascii=False))
    ]
    assert not missed


@pytest.mark.parametrize(("carrier", "digits"), [("canada-post", 16), ("FedEx Ground", 15)])
def test_a_waybill_that_reads_like_a_card_crosses_where_its_carrier_is_named(carrier: str, digits: int) -> None:
    chance = random.Random(3)
    number = next(made for made in iter(lambda: waybill(chance, digits), None) if is_card_number(made))
    for beside, is_leak in ((carrier, False), ("dhl-express", True), (None, True)):
        document = {"carrier": beside, "tracking_number": number}
        assert is_refused(json.dumps(document).encode()) is is_leak
        assert is_refused(json.dumps({**document, "tracking_number": None, "note": number}).encode())
    wrong = next(made for made in iter(lambda: card_number(chance), None) if len(made) == digits and not gs1(made))
    assert is_refused(json.dumps({"carrier": carrier, "tracking_number": wrong}).encode())


def test_tracking_numbers_cross() -> None:
    chance = random.Random(2)
    numbers = [make(chance) for make in (s10, sscc) for _ in range(2000)]
    refused = [each for each in numbers if is_refused(message("customs", "tracking_number", each, ensure_ascii=False))]
    assert len(refused) <= len(numbers) / 1000
