from typing import Any

from sealane.risk.signals import ALL
from sealane.risk.signals.series import SERIES
from sealane.risk.windows.cells import Cells
from sealane.risk.windows.layout import lay_out
from sealane.risk.windows.registering import build_update

START_US = 1_790_000_000_000_000


def make_cells() -> dict[tuple[str, ...], Cells]:
    return {by: Cells(shape) for by, shape in lay_out(ALL.signals, SERIES, {}).items()}


def test_a_kind_that_nothing_counts_needs_no_update() -> None:
    series = [one for one in SERIES.values() if one.name != "events"]
    assert build_update("payment.authorized", make_cells(), series) is None


def test_applying_a_fact_twice_counts_once(make_fact: Any) -> None:
    cells = make_cells()
    update = build_update("order", cells, SERIES.values())
    assert update is not None
    fact = make_fact(account=b"a" * 16, address=b"h" * 16, parcels=[{"address": b"h" * 16}, {"address": b"h" * 16}])
    update(5, fact)
    before = {by: {key: list(cell) for key, cell in store.hot.items()} for by, store in cells.items()}
    update(5, fact)
    update(4, fact)
    assert {by: store.hot for by, store in cells.items()} == before


def test_each_consignment_counts_for_its_own_address(make_fact: Any) -> None:
    cells = make_cells()
    update = build_update("order", cells, SERIES.values())
    assert update is not None
    update(
        1,
        make_fact(account=b"a" * 16, parcels=[{"address": b"h" * 16}, {"address": b"h" * 16}, {"address": b"i" * 16}]),
    )
    addresses, accounts = cells["address",], cells["account",]
    times = addresses.shape.positions["orders", "times", ""]
    assert len(addresses.hot[b"h" * 16][times]) == 2
    assert len(addresses.hot[b"i" * 16][times]) == 1
    assert len(accounts.hot[b"a" * 16][accounts.shape.positions["orders", "times", ""]]) == 1
    assert len(accounts.hot[b"a" * 16][accounts.shape.positions["orders", "last", "address"]]) == 2


def test_a_condition_keeps_a_fact_out_of_its_series(make_fact: Any) -> None:
    cells = make_cells()
    update = build_update("claim.opened", cells, SERIES.values())
    assert update is not None
    update(1, make_fact("claim.opened", account=b"a" * 16, claim="return", order_id="ord_1"))
    accounts = cells["account",]
    assert accounts.hot[b"a" * 16][accounts.shape.positions["claims", "last", "order_id"]] == {"ord_1": START_US}
    assert accounts.hot[b"a" * 16][accounts.shape.positions["not_received", "last", "order_id"]] == {}
