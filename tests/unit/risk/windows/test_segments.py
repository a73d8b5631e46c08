"""Cells written in slices while they change, then read back: the same state, wherever the writing stood."""

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealane.risk.facts import Fact
from sealane.risk.signals import ALL
from sealane.risk.windows.segments import Round, load
from sealane.risk.windows.state import State

START_US = 1_790_000_000_000_000


@pytest.fixture(scope="module")
def pair() -> tuple[State, State]:
    return State(ALL), State(ALL)


def clear(state: State) -> None:
    state.forget()
    for cells in state.cells.values():
        cells.cold.clear()


def contents(state: State, settling: Fact) -> dict[str, Any]:
    """All that the state knows once the waiting facts are in."""
    state.read("checkout", settling)
    state.cool()
    return {cells.shape.title: dict(cells.cold) for cells in state.cells.values()}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=st.lists(st.integers(0, 5), min_size=1, max_size=40),
    begin=st.integers(0, 40),
    size=st.integers(1, 9),
    is_full=st.booleans(),
)
def test_a_round_written_beside_new_facts_brings_the_state_back(
    who: list[int], begin: int, size: int, is_full: bool, pair: tuple[State, State], make_fact: Any
) -> None:
    state, again = pair
    clear(state)
    clear(again)
    facts = [
        make_fact(at=START_US + seq, account=bytes([one]) * 16, address=bytes([one]) * 16, card=bytes([one % 2]) * 16)
        for seq, one in enumerate(who, 1)
    ]
    bodies: list[bytes] = []
    under_way: Round | None = None
    for seq, fact in enumerate(facts, 1):
        state.read("checkout", fact)
        if seq == begin:
            under_way = Round(state.cells, state.applied, is_full=is_full)
        piece = under_way.slice(size) if under_way else None
        if piece:
            bodies.append(piece.body)
            piece.settle()
        state.register(seq, fact)
    while under_way and (piece := under_way.slice(size)):
        bodies.append(piece.body)
    for body in bodies:
        load(again.cells, body)
    done = under_way.applied if under_way else 0
    for seq, fact in enumerate(facts, 1):
        if seq > done:
            again.register(seq, fact)
    later = make_fact(at=START_US + 10**12)
    assert contents(again, later) == contents(state, later)


def test_a_cell_that_changed_since_stays_hot(make_fact: Any) -> None:
    state = State(ALL)
    state.register(1, make_fact(account=b"a" * 16))
    state.read("checkout", make_fact(at=START_US + 1))
    piece = Round(state.cells, state.applied, is_full=False).slice()
    state.register(2, make_fact(at=START_US + 1, account=b"a" * 16))
    state.read("checkout", make_fact(at=START_US + 2))
    assert piece is not None
    piece.settle()
    accounts = state.cells["account",]
    assert b"a" * 16 in accounts.hot
    assert accounts.cold[b"a" * 16] != accounts.freeze(accounts.hot[b"a" * 16])


def test_bytes_that_are_no_segment_are_refused() -> None:
    with pytest.raises(msgspec.DecodeError):
        load(State(ALL).cells, b"\xc1")
    with pytest.raises(KeyError):
        load(State(ALL).cells, msgspec.msgpack.encode({"colour": {}}))
