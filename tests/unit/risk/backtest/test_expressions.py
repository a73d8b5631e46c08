from sealane.risk.backtest.expressions import fields_of, group_signals
from sealane.risk.facts import FIELD_GROUPS
from sealane.risk.signals import ALL
from sealane.risk.signals.declaration import Keyed


def test_each_signal_with_history_is_in_one_group() -> None:
    grouped = [signal.name for signals in group_signals(ALL.signals).values() for signal in signals]
    assert sorted(grouped) == sorted(signal.name for signal in ALL.signals if isinstance(signal, Keyed))


def test_what_takes_from_a_consignment_counts_consignments() -> None:
    groups = {signals[0].name: group for group, signals in group_signals(ALL.signals).items()}
    each = {name: group[-1] for name, group in groups.items()}
    assert each["address_consignments_24h"]
    assert not each["account_orders_24h"]


def test_the_fields_are_known_ones() -> None:
    assert fields_of(ALL.signals) <= set(FIELD_GROUPS)
