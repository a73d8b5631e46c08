from typing import Any

import pytest

from sealane.risk.signals import ALL
from sealane.risk.signals.series import SERIES
from sealane.risk.windows.cells import Cells
from sealane.risk.windows.layout import lay_out
from sealane.risk.windows.reading import build_reader, field_loads, key_statements


def test_without_cells_all_history_is_unknown(make_fact: Any) -> None:
    signals = ALL.by_stage["checkout"]
    fact = make_fact(account=b"a" * 16, amount_eur=500)
    values = build_reader(signals, None)(fact, fact.parcels[0], {})
    assert len(values) == len(signals)
    assert {value for signal, value in zip(signals, values, strict=True) if hasattr(signal, "of")} == {None}


def test_a_key_without_a_cell_counts_zero_and_has_no_age(make_fact: Any) -> None:
    cells = {by: Cells(shape) for by, shape in lay_out(ALL.signals, SERIES, {}).items()}
    fact = make_fact(account=b"a" * 16)
    values = build_reader(ALL.by_stage["checkout"], cells)(fact, fact.parcels[0], {})
    by_name = dict(zip([signal.name for signal in ALL.by_stage["checkout"]], values, strict=True))
    assert by_name["account_orders_24h"] == 0
    assert by_name["account_seen_for"] is None
    assert by_name["account_mean_amount"] is None
    assert by_name["card_orders_24h"] is None


def test_a_key_of_two_fields_is_made_of_both() -> None:
    lines, local = key_statements(("account", "address"))
    assert local == "key"
    assert len(lines) == 1
    assert key_statements(("card",)) == ([], "f_card")


def test_fields_of_a_later_event_are_absent_from_an_order() -> None:
    assert len(field_loads(["amount_eur"])) == 4
    assert len(field_loads(["amount_eur", "claim"])) == 5


def test_a_form_that_is_no_form_is_refused() -> None:
    with pytest.raises((TypeError, AttributeError)):
        build_reader((object(),), None)  # type: ignore[arg-type]  # the point of the test
