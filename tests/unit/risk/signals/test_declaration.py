import msgspec
import pytest

from sealane.risk.signals import ALL
from sealane.risk.signals.declaration import Form, Keyed, Ratio, Window, digest_of, kind_of, micros


@pytest.mark.parametrize(("width", "length"), [("15m", 900_000_000), ("1h", 3_600_000_000), ("30d", 2_592_000_000_000)])
def test_widths_are_exact_microseconds(width: str, length: int) -> None:
    assert micros(width) == length


def test_units_fix_the_type_of_a_value() -> None:
    kinds = [kind_of(unit) for unit in ("flag", "code", "duration", "ratio", "mean EUR cents", "orders", "EUR cents")]
    assert kinds == ["bool", "string", "duration", "double", "double", "int", "int"]


def test_declarations_are_data_and_survive_json() -> None:
    forms: tuple[Form, ...] = (
        Window(
            name="card_orders_1h", side="payment", unit="orders", text="Orders", take="count", of="orders",
            by=("card",), width="1h",
        ),
        Ratio(name="share", side="joint", unit="ratio", text="Share", over="a", under="b", stages=("claim",)),
    )  # fmt: skip
    text = msgspec.json.encode(forms)
    assert msgspec.json.decode(text, type=tuple[Form, ...]) == forms
    assert b'"form":"window"' in text


def test_a_key_is_asked_where_the_declaration_says() -> None:
    window = Window(
        name="x1", side="joint", unit="shoppers", text="X", take="distinct", of="orders", by=("address",),
        at=("new_address",), field="account", width="30d",
    )  # fmt: skip
    assert isinstance(window, Keyed)
    assert window.asked == ("new_address",)
    assert msgspec.structs.replace(window, at=()).asked == ("address",)


def test_words_for_people_change_no_digest_but_a_width_does() -> None:
    signal = ALL.by_name["card_orders_24h"]
    assert digest_of(signal) == digest_of(msgspec.structs.replace(signal, text="Other words"))
    assert digest_of(signal) != digest_of(msgspec.structs.replace(signal, width="25h"))
