import base64
import itertools
import json
import random
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import order
from sealane.model.cards.leak import find_card_number, scan, scan_bytes
from sealane.model.cards.number import is_card_number, passes_luhn

PANS = [
    "4111111111111111",
    "5555555555554444",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "4222222222222",
]
ENCODINGS = {"compact": (",", ":"), "spaced": (", ", ": ")}


def grouped(pan: str, joint: str) -> str:
    if len(pan) == 15:
        return joint.join((pan[:4], pan[4:10], pan[10:]))
    if len(pan) == 14:
        return joint.join((pan[:4], pan[4:10], pan[10:]))
    return joint.join(pan[at : at + 4] for at in range(0, len(pan), 4))


def translated(pan: str, zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in pan)


def writings(pan: str) -> dict[str, str]:
    return {
        "plain": pan,
        "spaced": grouped(pan, " "),
        "dashed": grouped(pan, "-"),
        "no-break spaces": grouped(pan, "\u00a0"),
        "en dashes": grouped(pan, "\u2013"),
        "one by one": " ".join(pan),
        "full width": translated(pan, "\uff10"),
        "Arabic digits": translated(pan, "\u0660"),
        "Devanagari digits": translated(pan, "\u0966"),
        "zero-width spaces": "\u200b".join(pan),
        "in a sentence": f"Please charge {pan}, thanks",
        "grouped in a sentence": f"ext. 12 {grouped(pan, ' ')} 12 27" if len(pan) in {15, 16} else f"card: {pan}.",
        "in a link": f"https://shop.example/pay?n={pan}&ok=1",
        "after a word": f"card{pan}",
        "before a word": f"{pan}visa",
        "after an underscore": f"pan_{pan}",
        "on lines": grouped(pan, "\n"),
        "percent escapes": "".join(f"%{ord(digit):02x}" for digit in pan),
        "escaped spaces": quote(grouped(pan, " ")),
        "plus for space": grouped(pan, "+") if len(pan) in {15, 16} else pan,
        "hexadecimal": pan.encode().hex(),
        "hexadecimal in context": f'{{"n": "{pan}"}}'.encode().hex(),
    }


def base64s(pan: str) -> dict[str, str]:
    return {
        f"base64 {prefix!r} {name}": encode(f"{prefix}{pan}{suffix}".encode()).decode()
        for prefix in ("", "a", "ab", '{"number":"', "x" * 40)
        for suffix in ("", '"}', " and more text behind it")
        for name, encode in (("standard", base64.b64encode), ("url", base64.urlsafe_b64encode))
    }


CASES = [pytest.param(text, id=f"{pan} {name}") for pan in PANS for name, text in writings(pan).items()]
CASES += [pytest.param(text, id=f"{pan} {name}") for pan in PANS[:4] for name, text in base64s(pan).items()]


@pytest.mark.parametrize("text", CASES)
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert find_card_number(text)
    for separators in ENCODINGS.values():
        for ensure_ascii in (True, False):
            document = {"reference": "x", "items": [{"description": text}]}
            body = json.dumps(document, separators=separators, ensure_ascii=ensure_ascii).encode()
            assert scan_bytes(body)
            assert scan(json.loads(body)) == "/items/0/description"


@pytest.mark.parametrize("pan", PANS)
@pytest.mark.parametrize(
    "path",
    ["reference", "channel", "shopper__name", "shopper__phone", "shopper__account", "payment__psp_reference",
     "payment__card__token", "payment__billing_address__lines", "consignments__0__carrier",
     "consignments__0__tracking_number", "consignments__0__consignee__city", "consignments__0__items__0__sku",
     "consignments__0__items__0__description"],
)  # fmt: skip
def test_every_field_of_an_order_is_looked_at(path: str, pan: str) -> None:
    last = path.rsplit("__", 1)[-1]
    document = order("SO-1")
    *parents, _ = path.split("__")
    place: Any = document
    for part in parents:
        place = place[int(part)] if part.isdigit() else place[part]
    place[last] = ["Rua Augusta 10", pan] if last == "lines" else pan
    assert scan_bytes(json.dumps(document).encode())
    is_phone_number = last == "phone" and len(pan) == 13
    expected = "/" + path.replace("__", "/") + ("/1" if last == "lines" else "")
    assert scan(document) == (None if is_phone_number else expected)


def test_a_base64_word_may_have_lost_its_beginning() -> None:
    assert find_card_number(base64.b64encode(b"555" + PANS[0].encode()).decode()[1:])


def test_an_honest_order_is_let_through() -> None:
    assert not scan_bytes(json.dumps(order("SO-1")).encode())
    assert scan(order("SO-1")) is None


def test_numbers_are_looked_at_like_text() -> None:
    body = b'{"attributes": {"note": 4111111111111111, "ok": true}}'
    assert scan_bytes(body)
    assert scan(msgspec.json.decode(body)) == "/attributes/note"
    assert scan({"lat": 38.4111111111111111, "big": 10**40, "inf": float("inf"), "none": None}) is None


def test_a_name_that_is_a_number_is_told_by_its_object() -> None:
    assert scan({"attributes": {"4111111111111111": 1}}) == "/attributes"
    assert scan({"4111111111111111": 1}) == ""


def test_pointers_are_escaped() -> None:
    assert scan({"a/b": {"c~d": ["", "4111111111111111"]}}) == "/a~1b/c~0d/1"


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # wrong check digit
        "call +4915123456786 or +4222222222222",  # phone numbers
        "4006381333931",  # a goods number
        "1763803800000000",  # microseconds
        "2026-11-22T09:30:00.000Z",
        "20261122093000",
        "38.4111111111111111",  # a coordinate
        "1Z4111111111111111",  # a waybill
        "0f4111111111111111ab",  # hexadecimal
        "408-1234567-1234567",  # an order number of a marketplace
        "ct_01kan6k3zw8t5q1r9v0m2c4d7e",
        "ord_01m81twq5ank6r7pc6sjj1kz6a",
        "41111111111111111111111111",  # too long for a card
        "192.168.100.200, 203.0.113.9",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "",
    ],
)
def test_what_is_plainly_something_else_is_let_through(text: str) -> None:
    assert not find_card_number(text)
    assert scan({"field": text}) is None


def test_phone_fields_hold_phone_numbers() -> None:
    local = "4222222222222"
    assert scan({"phone": local}) is None
    assert scan({"shopper": {"phone_number": local}}) is None
    assert scan({"note": local}) == "/note"


def luhn_twin(number: str, rng: random.Random) -> str:
    """Return a card-like number of the same length: a Visa prefix and a right check digit."""
    body = "4" + "".join(rng.choices("0123456789", k=len(number) - 2))
    return next(body + digit for digit in "0123456789" if passes_luhn(body + digit))


def courier_numbers(shared_data: Path) -> list[str]:
    found = []
    for path in sorted((shared_data / "tracking_number_data" / "couriers").glob("*.json")):
        for kind in json.loads(path.read_text(encoding="utf-8"))["tracking_numbers"]:
            found += kind["test_numbers"]["valid"]
    return found


def test_no_courier_number_is_taken_for_a_card(shared_data: Path) -> None:
    numbers = courier_numbers(shared_data)
    assert len(numbers) > 150
    for number in numbers:
        for text in (number, number.strip(), re.sub(r"\s", "", number)):
            assert scan({"tracking_number": text}) is None, number


def test_a_waybill_that_passes_luhn_by_chance_is_let_through_where_its_carrier_is_named() -> None:
    rng = random.Random(7)
    twins = [luhn_twin("7035114477138472", rng) for _ in range(2_000)]
    assert all(scan({"tracking_number": twin}) == "/tracking_number" for twin in twins)
    waybills = [twin for twin in twins if scan({"carrier": "Canada Post", "tracking_number": twin}) is None]
    assert 0 < len(waybills) < 300, "one in ten has the check digit of a waybill as well"
    for twin in waybills:
        assert scan({"carrier_code": "canada_post", "tracking": {"numbers": [twin]}, "waybill": twin}) is not None
        assert scan({"slug": "canada-post", "parcel": {"tracking_number": f"{twin[:4]} {twin[4:]}"}}) is None
        assert scan({"carrier": "dhl-express", "tracking_number": twin}) == "/tracking_number"
        assert scan({"carrier": "canada-post", "reference": twin}) == "/reference"
    assert all(scan({"tracking_number": f"JD{twin}"}) is None for twin in twins)
    assert all(scan({"tracking_number": f"card{twin}"}) == "/tracking_number" for twin in twins)
    for pan in PANS:
        assert scan({"consignments": [{"tracking_number": pan}]}) == "/consignments/0/tracking_number"


def test_card_numbers_are_found_in_real_sentences(shared_data: Path) -> None:
    templates = (shared_data / "presidio" / "templates.txt").read_text(encoding="utf-8").splitlines()
    checked = 0
    for template in templates:
        text = re.sub(r"\{\{(?!credit_card_number)\w+\}\}", "Ana", template)
        if "{{credit_card_number}}" in text:
            checked += 1
            assert find_card_number(text.replace("{{credit_card_number}}", PANS[0])), template
        else:
            assert not find_card_number(text), template
    assert checked >= 10


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_the_quick_question_never_misses_what_the_scan_finds(document: Any) -> None:
    body = json.dumps(document).encode()
    if scan(json.loads(body)) is not None:
        assert scan_bytes(body)


@given(st.sampled_from(PANS[:4]), st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_a_number_is_found_within_any_words(pan: str, before: str, after: str, ensure_ascii: bool) -> None:
    body = json.dumps({"note": f"{before} : {pan} : {after}"}, ensure_ascii=ensure_ascii).encode("utf-8", "replace")
    assert scan_bytes(body)


@given(st.binary(max_size=200))
def test_the_quick_question_takes_any_bytes(body: bytes) -> None:
    assert scan_bytes(body) in {True, False}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "text",
    [
        "NDEx" * 250_000,
        "4 " * 500_000,
        "1" * 1_000_000,
        "%25" * 300_000,
        "3431" * 250_000,
        "4111 " * 200_000,
        "a1" * 500_000,
    ],
)
def test_a_long_text_takes_no_longer_than_its_length_deserves(text: str) -> None:
    scan_bytes(json.dumps({"photo": text}).encode())
    scan({"photo": text})


@pytest.mark.parametrize("word", ["e4406088398131aed8c21c5a4ec3442b", "order e4406088398131aed8c21c5a4ec3442b, paid"])
def test_the_digits_of_a_digest_are_no_card_number(word: str) -> None:
    assert not find_card_number(word)
    assert find_card_number(f"{word} 4111111111111111")
    assert find_card_number(word.replace("e44", "xyz e44")[:30]), "a word of another length is no digest"


PARTS = {16: (4, 4, 4, 4), 15: (4, 6, 5), 14: (4, 6, 4), 13: (4, 4, 5)}


def parts(pan: str) -> list[str]:
    ends = [sum(PARTS[len(pan)][:at]) for at in range(len(PARTS[len(pan)]) + 1)]
    return [pan[start:end] for start, end in itertools.pairwise(ends)]


@pytest.mark.parametrize("pan", PANS)
def test_a_number_split_over_neighbouring_fields_is_found(pan: str) -> None:
    for value in (parts(pan), {f"n{at}": part for at, part in enumerate(parts(pan))}, list(map(int, parts(pan)))):
        document = {"reference": "SO-1", "note": value}
        if all(str(number)[:1] != "0" for number in parts(pan)):
            assert scan(document) == "/note"
        assert scan_bytes(json.dumps(document).encode())


@pytest.mark.parametrize("pan", PANS[:4])
def test_escapes_of_html_and_json_and_backwards_writing_hide_nothing(pan: str) -> None:
    for text in (
        "".join(f"&#{ord(digit)};" for digit in pan),
        "".join(f"&#x{ord(digit):x};" for digit in pan),
        "".join(f"\\u{ord(digit):04x}" for digit in pan),
        "".join(f"\\x{ord(digit):02x}" for digit in pan),
        pan[::-1],
        grouped(pan, "/"),
        translated(pan, "\U0001d7ce"),
    ):
        document = {"note": text}
        assert scan(document) == "/note", text
        for ensure_ascii in (True, False):
            assert scan_bytes(json.dumps(document, ensure_ascii=ensure_ascii).encode()), text


def test_goods_numbers_pass_where_goods_are_named_and_pallets_everywhere() -> None:
    gtin, sscc = "36006000000013", "622000000000000004"
    rng = random.Random(4)
    while not (passes_luhn(gtin) and gs1(gtin[:-1]) == gtin):
        gtin = gs1("36" + "".join(rng.choices("0123456789", k=11)))
    while not (passes_luhn(sscc) and gs1(sscc[:-1]) == sscc):
        sscc = gs1("62" + "".join(rng.choices("0123456789", k=15)))
    assert scan({"sku": gtin}) is None
    assert scan({"note": gtin}) == "/note"
    assert scan({"note": sscc}) is None


def gs1(body: str) -> str:
    return body + str(-(3 * sum(map(int, body[-1::-2])) + sum(map(int, body[-2::-2]))) % 10)


def test_a_waybill_beside_a_weight_is_no_card_in_parts() -> None:
    beside = {"tracking_number": "448106549620", "weight_grams": 1685}
    assert is_card_number("".join(map(str, beside.values())))
    assert scan(beside) is None
    assert scan({"first": "448106549620", "second": 1685}) == ""
