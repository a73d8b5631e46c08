"""Several consignments: the worst known value of each signal; without history only what the fact itself tells."""

from typing import Any

from sealane.risk.facts import Parcel
from sealane.risk.signals import ALL
from sealane.risk.signals.declaration import Keyed
from sealane.risk.windows.parcels import Blind, worst_of
from sealane.risk.windows.state import State


def test_the_worst_known_value_stands() -> None:
    signals = [ALL.by_name["card_orders_24h"], ALL.by_name["card_orders_1h"]]
    assert worst_of(signals, [(1, None), (3, None)]) == (3, None)


def test_blind_values_are_those_that_need_no_history(make_fact: Any) -> None:
    parcels = [{"consignee_country": "PT", "weight_grams": 800}, {"consignee_country": "CN"}]
    fact = make_fact(card=b"c" * 16, amount_eur=500, parcels=parcels)
    blind = Blind(ALL)
    values = blind.read("checkout", fact)
    assert values == blind.read("checkout", fact) == State(ALL).read_blind("checkout", fact)
    told = dict(zip([signal.name for signal in ALL.by_stage["checkout"]], values, strict=True))
    assert all(told[signal.name] is None for signal in ALL.by_stage["checkout"] if isinstance(signal, Keyed))
    assert any(value is not None for value in values)
    assert len(fact.parcels) == 2
    assert isinstance(fact.parcels[0], Parcel)
