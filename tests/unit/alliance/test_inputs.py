import pytest

from sealane.alliance.inputs import KINDS, Input, Kind, canonical
from sealane.model.errors import InvalidInput

SAME: list[tuple[Kind, str, str, bytes]] = [
    ("phone", "+351 912 345 678", "+351-912-345-678", b"phone|1|+351912345678"),
    ("email", "Ana.Silva+shop@Gmail.com", "anasilva@googlemail.com", b"email|1|anasilva@gmail.com"),
    ("email", "Ana+x@example.com", "ana@EXAMPLE.com", b"email|1|ana@example.com"),
    (
        "address",
        "pt; 1100-053; Rua Augusta 10; Ana Silva",
        "PT;1100 053;R. Augusta, 10;A. SILVA",
        b"address|1|PT|1100053|10|silva",
    ),
    (
        "address",
        "DE; 80331; Marienplatz 8; Jörg Müller",
        "DE;80331;Marienpl. 8;J. Muller",
        b"address|1|DE|80331|8|muller",
    ),
    ("iban", "DE89 3704 0044 0532 0130 00", "de89370400440532013000", b"iban|1|DE89370400440532013000"),
    ("domain", "Parcel-Fee.Example.", "parcel-fee.example", b"domain|1|parcel-fee.example"),
    ("pickup_point", "DHL: Packstation 118", "dhl:packstation 118", b"pickup_point|1|dhl:packstation 118"),
    ("device", "fp_5d1c77aa90b1", " fp_5d1c77aa90b1 ", b"device|1|fp_5d1c77aa90b1"),
]


@pytest.mark.parametrize(("kind", "first", "second", "text"), SAME)
def test_spellings_of_one_thing_are_one_input(kind: Kind, first: str, second: str, text: bytes) -> None:
    assert canonical(kind, first) == canonical(kind, second) == Input(kind, text)


REFUSED: list[tuple[Kind, str]] = [
    ("phone", "912345678"),
    ("phone", "+3519"),
    ("phone", "+351"),
    ("email", "ana"),
    ("email", "+tag@example.com"),
    ("address", "PT; 1100-053"),
    ("address", "PT; 1100-053; Rua Augusta; Ana Silva"),
    ("address", "1100-053"),
    ("iban", "DE89370400440532013001"),
    ("iban", "DE89"),
    ("device", "fp"),
    ("device", "a|bbbbbbbbbbbbbbb"),
    ("domain", "example"),
    ("domain", "exa mple.com"),
    ("domain", "a..b.example"),
    ("pickup_point", "118"),
    ("pickup_point", "dhl:1"),
]


@pytest.mark.parametrize(("kind", "value"), REFUSED)
def test_what_could_be_guessed_or_is_none_is_refused_without_being_repeated(kind: Kind, value: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        canonical(kind, value)
    with pytest.raises(InvalidInput) as other:
        canonical(kind, "")
    assert refusal.value.errors[0].code == "not-askable"
    assert refusal.value.detail == other.value.detail


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_no_input(kind: Kind) -> None:
    with pytest.raises(InvalidInput):
        canonical(kind, "  ")


def test_an_input_prints_no_value() -> None:
    assert "912345678" not in repr(canonical("phone", "+351912345678"))
