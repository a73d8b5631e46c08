import pytest

from sealane.model.errors import Misconfigured
from sealane.risk.facts import FIELD_GROUPS
from sealane.risk.signals import ALL
from sealane.risk.signals.catalogue import Catalogue
from sealane.risk.signals.declaration import Form, Keyed, Ratio, Value, Window

AMOUNT = Value(name="amount", side="payment", unit="EUR cents", text="Amount", field="amount_eur")


def window(**changes: object) -> Form:
    values = {
        "name": "card_orders_1h", "side": "payment", "unit": "orders", "text": "Orders", "take": "count",
        "of": "orders", "by": ("card",), "width": "1h",
    }  # fmt: skip
    return Window(**values | changes)  # type: ignore[arg-type]  # the changes are what a test wants wrong


def test_there_are_signals_enough_on_all_sides() -> None:
    at_checkout = ALL.by_stage["checkout"]
    assert len(at_checkout) >= 60
    assert {signal.side for signal in at_checkout} == {"payment", "consignment", "joint"}
    assert all(len(signals) >= 40 for signals in ALL.by_stage.values())


def test_signals_read_behaviour_and_never_ids_or_reference_texts() -> None:
    compared = {field for signal in ALL.signals if not isinstance(signal, Keyed) for field in signal.__struct_fields__}
    assert "order_id" not in compared
    values = {signal.field for signal in ALL.signals if isinstance(signal, Value)}
    assert values <= set(FIELD_GROUPS) - {"order_id", "event_id", "consignment", "waybill", "merchant"}


def test_the_text_gives_the_same_catalogue_back() -> None:
    again = Catalogue.of_text(ALL.text)
    assert again.signals == ALL.signals
    assert again.hash == ALL.hash


def test_a_signal_has_its_place_among_a_stages_values() -> None:
    place = ALL.position("checkout", "amount")
    assert place is not None
    assert ALL.by_stage["checkout"][place].name == "amount"
    assert ALL.position("checkout", "refunded_share") is None


@pytest.mark.parametrize(
    ("signals", "says"),
    [
        ((AMOUNT, AMOUNT), "same name"),
        ((window(name="Card Orders"),), "not a lower-case word"),
        ((window(by=("cart",)),), "reads `cart`"),
        ((window(of="ordres"),), "counts `ordres`"),
        ((Value(name="x1", side="joint", unit="code", text="X", field="colour"),), "reads `colour`"),
        (
            (Ratio(name="x1", side="joint", unit="ratio", text="X", over="amount", under="later"), AMOUNT),
            "reads `amount`",
        ),
        (
            (window(stages=("claim",)), Ratio(name="x1", side="joint", unit="ratio", text="X", over="card_orders_1h",
                                              under="amount_eur")),
            "at a stage",
        ),
    ],
)  # fmt: skip
def test_what_no_reader_could_be_made_from_is_refused(signals: tuple[Form, ...], says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        Catalogue(signals)
