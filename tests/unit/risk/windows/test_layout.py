import pytest

from sealane.risk.signals import ALL
from sealane.risk.signals.series import SERIES
from sealane.risk.windows.layout import HEAD, Shape, Slot, lay_out, title_of

DAY = 86_400_000_000


def test_windows_of_several_widths_share_one_slot_of_the_widest() -> None:
    account = lay_out(ALL.signals, SERIES, {})["account",]
    (orders,) = [slot for slot in account.slots if (slot.series, slot.take) == ("orders", "times")]
    assert orders.width_us == 365 * DAY
    for slot in account.slots:
        if slot.take == "sum":
            (times,) = [one for one in account.slots if (one.series, one.take) == (slot.series, "times")]
            assert slot.width_us == times.width_us


def test_places_do_not_overlap_and_fill_the_cell() -> None:
    for shape in lay_out(ALL.signals, SERIES, {}).values():
        places = sorted(shape.positions.items(), key=lambda item: item[1])
        taken = HEAD
        for (_, take, _), place in places:
            assert place == taken
            taken += 2 if take == "last" else 1
        assert len(shape.empty()) == taken


def test_a_key_kind_has_a_title_and_a_side() -> None:
    pair = Shape(("account", "address"), (Slot("orders", "times", "", DAY),))
    assert pair.title == "account_address"
    assert pair.is_of_parcel
    assert not Shape(("account",), ()).is_of_parcel


def test_slots_besides_the_signals_are_kept() -> None:
    extra = Slot("movements", "latest", "courier")
    assert extra in lay_out(ALL.signals, SERIES, {("consignment",): (extra,)})["consignment",].slots


def test_a_series_that_is_not_declared_is_no_series() -> None:
    with pytest.raises(KeyError):
        lay_out(ALL.signals, {}, {})


def test_a_title_tells_where_a_key_is_asked() -> None:
    assert title_of((("card",), ("card",))) == "card"
    assert title_of((("account", "address"), ("account", "address"))) == "account_address"
    assert title_of((("address",), ("new_address",))) == "address@new_address"
