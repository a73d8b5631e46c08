"""Every signal read by the generated code equals its definition read by brute force, on any stream of facts."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factstreams import DAY, START_US, facts_of, moments
from sealane.model.errors import Conflict
from sealane.risk.facts import NOWHERE, Fact, Parcel
from sealane.risk.signals import ALL
from sealane.risk.windows.heads import key_of
from sealane.risk.windows.layout import title_of
from sealane.risk.windows.state import State


@pytest.fixture(scope="module")
def shared_state() -> State:
    """One state for all examples: making its code takes longer than running an example."""
    return State(ALL)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(stream=st.lists(moments, max_size=25))
def test_every_signal_equals_its_definition(
    stream: list[Any], make_fact: Any, oracle: Any, shared_state: State
) -> None:
    state = shared_state
    state.forget()
    for cells in state.cells.values():
        cells.cold.clear()
    history: list[Fact] = []
    for seq, (fact, row) in enumerate(zip(facts_of(stream, make_fact), stream, strict=True), 1):
        stage, chance = row[-2], row[-1]
        signals = ALL.by_stage[stage]
        names = [signal.name for signal in signals]
        fast = dict(zip(names, state.read(stage, fact), strict=True))
        assert fast == dict(zip(names, oracle(signals, history, fact), strict=True))
        parcels = fact.parcels or (NOWHERE,)
        assert state.observe(fact)[1] == tuple(heads_of(state, history, fact, parcel) for parcel in parcels)
        state.register(seq, fact)
        history.append(fact)
        if chance == 0:
            state.cool()


def heads_of(state: State, history: list[Fact], fact: Fact, parcel: Parcel) -> dict[str, int]:
    """The last fact before this one on each of its keys, by looking through all of them."""
    heads = {}
    for by, asked in state._pairs[fact.kind]:
        key = key_of(fact, parcel, asked)
        for seq, earlier in enumerate(history, 1):
            keys = [key_of(earlier, each, by) for each in earlier.parcels or (NOWHERE,)]
            if key is not None and key in keys and by in state._touched[earlier.kind]:
                heads[title_of((by, asked))] = seq
    return heads


def test_a_fact_of_the_same_microsecond_is_not_seen(make_fact: Any) -> None:
    state = State(ALL)
    account = b"a" * 16
    for seq in (1, 2, 3):
        fact = make_fact(account=account)
        assert read(state, fact, "account_orders_24h") == 0
        state.register(seq, fact)
    assert read(state, make_fact(at=START_US + 1, account=account), "account_orders_24h") == 3


@pytest.mark.parametrize(("later", "count"), [(DAY, 1), (DAY + 1, 0), (1, 1)])
def test_a_window_holds_its_first_moment_and_nothing_before(make_fact: Any, later: int, count: int) -> None:
    state = State(ALL)
    state.register(1, make_fact(account=b"a" * 16))
    assert read(state, make_fact(at=START_US + later, account=b"a" * 16), "account_orders_24h") == count


def test_history_beyond_the_widest_window_is_dropped(make_fact: Any) -> None:
    state = State(ALL)
    for seq in range(400):
        state.register(seq + 1, make_fact(at=START_US + seq * DAY, account=b"a" * 16, device=seq.to_bytes(16)))
    state.read("checkout", make_fact(at=START_US + 400 * DAY))
    accounts = state.cells["account",]
    cell = accounts.hot[b"a" * 16]
    assert len(cell[accounts.shape.positions["orders", "times", ""]]) == 366
    assert len(cell[accounts.shape.positions["orders", "last", "device"]]) == 366


def test_what_is_missing_is_unknown(make_fact: Any) -> None:
    values = dict(
        zip([s.name for s in ALL.by_stage["checkout"]], State(ALL).read("checkout", make_fact()), strict=True)
    )
    assert values["account_orders_24h"] is None
    assert values["address_matches_billing"] is None
    assert values["declared_to_amount"] is None
    assert values["merchant_orders_90d"] == 0


def test_time_never_goes_back(make_fact: Any) -> None:
    state = State(ALL)
    state.register(1, make_fact())
    with pytest.raises(Conflict):
        state.read("checkout", make_fact(at=START_US - 1))


def test_an_event_is_known_from_the_moment_it_is_registered(make_fact: Any) -> None:
    state = State(ALL)
    fact = make_fact(event_id="evt_1", order_id="ord_1")
    assert not state.knows("ord_1", "evt_1", START_US)
    state.register(1, fact)
    assert state.knows("ord_1", "evt_1", START_US)
    assert state.knows("ord_1", "evt_1", START_US + 1)
    assert not state.knows("ord_1", "evt_2", START_US + 1)


def test_the_carriers_of_a_consignment_are_those_of_its_last_scan(make_fact: Any) -> None:
    state = State(ALL)
    scan = make_fact("consignment.out_for_delivery", consignment="cns_1", courier=b"c" * 16, depot=b"d" * 16)
    state.register(1, scan)
    assert state.carriers("cns_1", START_US + 1) == (b"c" * 16, b"d" * 16)
    assert state.carriers("cns_2", START_US + 1) == (None, None)
    assert state.carriers(None, START_US + 1) == (None, None)


def test_without_history_only_the_order_itself_speaks(make_fact: Any) -> None:
    state = State(ALL)
    fact = make_fact(account=b"a" * 16, amount_eur=5_000)
    values = dict(zip([s.name for s in ALL.by_stage["checkout"]], state.read_blind("checkout", fact), strict=True))
    assert values["amount"] == 5_000
    assert values["account_orders_24h"] is None


def test_forgetting_leaves_the_cold_cells(make_fact: Any) -> None:
    state = State(ALL)
    state.register(1, make_fact(account=b"a" * 16))
    state.read("checkout", make_fact(at=START_US + 1))
    state.cool()
    state.register(2, make_fact(at=START_US + 1, account=b"a" * 16))
    state.forget()
    assert read(state, make_fact(at=START_US + 9, account=b"a" * 16), "account_orders_24h") == 1


def read(state: State, fact: Fact, name: str) -> Any:
    names = [signal.name for signal in ALL.by_stage["checkout"]]
    return state.read("checkout", fact)[names.index(name)]
