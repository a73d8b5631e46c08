"""Windows read from a real cluster equal those in memory bit for bit, on any stream: ties, late facts, repeats."""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factstreams import facts_of, moments
from sealane.risk.facts import STAGE_OF, Fact
from sealane.risk.shared.cells import SharedCells
from sealane.risk.shared.members import Members
from sealane.risk.shared.mending import Plan
from sealane.risk.shared.pending import Pending
from sealane.risk.shared.reading import Questions, thaw
from sealane.risk.signals import ALL
from sealane.risk.windows.state import State
from shards import ValkeyCluster


class Pair:
    """The same facts, counted in memory and on the shards."""

    def __init__(self, plan: Plan) -> None:
        self.state = State(ALL)
        self.members = Members(plan.shapes)
        self.pending = Pending(self.members)
        self.questions = Questions(ALL, plan.shapes)

    def read(self, cells: SharedCells, fact: Fact) -> Any:
        questions, rows = self.questions.of(fact)
        now = fact.observed_us
        answers = cells.ask([(each, now, self.pending.more(each.entity, now)) for each in questions])
        for question, answer in zip(questions, answers, strict=True):
            answer[0] = max(answer[0], self.pending.head(question.entity))
        return self.questions.values(fact, rows, answers)

    def send(self, cells: SharedCells, seqs: list[int]) -> None:
        cells.add(self.pending.additions(seqs))


@pytest.fixture(scope="module")
def pair(plan: Plan) -> Pair:
    return Pair(plan)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(stream=st.lists(moments, max_size=25), dice=st.randoms(use_true_random=False))
def test_every_value_equals_that_in_memory(
    stream: list[Any],
    dice: random.Random,
    make_fact: Any,
    pair: Pair,
    shards: ValkeyCluster,
    cells: SharedCells,
) -> None:
    shards.empty()
    state, pending = pair.state, pair.pending
    state.forget()
    for kept in state.cells.values():
        kept.cold.clear()
    pending.clear()
    unsent: list[tuple[int, Fact]] = []
    sent: list[int] = []
    for seq, fact in enumerate(facts_of(stream, make_fact), 1):
        expected = state.observe(fact)
        assert pair.read(cells, fact) == expected
        assert [type(value) for value in pair.read(cells, fact)[0]] == [type(value) for value in expected[0]]
        state.register(seq, fact)
        pending.add(seq, fact)
        unsent.append((seq, fact))
        if dice.random() < 0.4:
            # What is sent lies before the present moment, comes in any order, and some of it twice.
            ready = [each for each, old in unsent if old.observed_us < fact.observed_us]
            dice.shuffle(ready)
            again = [each for each in ready if dice.random() < 0.3]
            for each in [*ready, *again]:
                pair.send(cells, [each])
            sent += ready
        if dice.random() < 0.3:
            pending.drop(sent)
            unsent = [each for each in unsent if each[0] not in sent]


def test_rebuilt_in_any_order_the_cells_are_the_same(
    make_fact: Any, pair: Pair, shards: ValkeyCluster, cells: SharedCells
) -> None:
    history = [
        make_fact(
            at=1_790_000_000_000_000 + number * 60_000_000,
            account=b"a" * 16,
            address=(number % 5).to_bytes(16),
            card=(number % 3).to_bytes(16),
            amount_eur=number * 7,
            failed=number % 2,
        )
        for number in range(1, 60)
    ]
    pair.pending.clear()
    for seq, fact in enumerate(history, 1):
        pair.pending.add(seq, fact)
    seqs = list(range(1, 60))
    pair.send(cells, seqs)
    before = contents(shards)
    shards.empty()
    random.Random(4).shuffle(seqs)
    for seq in [*seqs, *seqs[:9]]:
        pair.send(cells, [seq])
    assert contents(shards) == before
    assert len(before) > 100


def contents(shards: ValkeyCluster) -> set[Any]:
    found: set[Any] = set()
    for primary in shards.primaries:
        for key in primary.ask("KEYS", "*"):  # type: ignore[attr-defined]
            found.update((key, member) for member in primary.ask("ZRANGE", key, 0, -1))  # type: ignore[attr-defined]
    return found


def test_every_kind_of_fact_has_a_plan(pair: Pair, make_fact: Any) -> None:
    for kind in STAGE_OF:
        questions, rows = pair.questions.of(make_fact(kind, order_id="ord_1"))
        assert questions
        assert len(rows) == 1
    assert thaw("c0") is None
