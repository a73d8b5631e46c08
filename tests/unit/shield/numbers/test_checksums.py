"""Check digits against numbers printed in public documents, and against every single wrong digit."""

import pytest

from sealane.shield.numbers.checksums import Checksum, check_digit

S10 = Checksum("s10", weightings=(8, 6, 4, 2, 3, 5, 9, 7))
FEDEX = Checksum("sum_product_with_weightings_and_modulo", weightings=(3, 1, 7, 3, 1, 7, 3, 1, 7, 3, 1))


@pytest.mark.parametrize(
    ("rule", "serial", "digit"),
    [
        (S10, "47312482", "9"),
        (Checksum("mod7"), "44441375870", "3"),
        (Checksum("mod10", odds_multiplier=2), "5R8939035756712", "7"),
        (Checksum("luhn"), "32059546393", "8"),
        (FEDEX, "98657878885", "5"),
        (Checksum("mod_37_36"), "008182709980000020033350276", "C"),
    ],
    ids=lambda value: value.name if isinstance(value, Checksum) else None,
)
def test_each_way_gives_the_published_digit(rule: Checksum, serial: str, digit: str) -> None:
    assert check_digit(rule, serial) == digit


@pytest.mark.parametrize("position", range(8))
def test_s10_notices_any_single_wrong_digit(position: int) -> None:
    serial = "47312482"
    for digit in set("0123456789") - {serial[position]}:
        assert check_digit(S10, f"{serial[:position]}{digit}{serial[position + 1 :]}") != "9"


def test_an_unknown_way_is_an_error_of_the_data() -> None:
    with pytest.raises(KeyError):
        check_digit(Checksum("mod11"), "1")
