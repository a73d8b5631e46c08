"""Facts on their way: they count for whoever asks later, until they are dropped."""

from typing import Any

from sealane.risk.shared.members import Members
from sealane.risk.shared.mending import Plan
from sealane.risk.shared.pending import Pending

AT = 1_790_000_000_000_000


def test_a_pending_fact_counts_from_the_next_moment_on(plan: Plan, make_fact: Any) -> None:
    pending = Pending(Members(plan.shapes))
    card = ("card", b"c" * 16)
    for seq in (1, 2, 2):
        pending.add(seq, make_fact(at=AT + seq, event_id=f"evt_{seq}", card=b"c" * 16))
    assert len(pending) == 2
    assert pending.more(card, AT + 1) == []
    assert pending.more(card, AT + 2) == pending.additions([1])[card]
    assert pending.head(card) == 2
    assert pending.has("evt_2")
    pending.drop([2])
    assert pending.head(card) == 1
    assert not pending.has("evt_2")
    pending.clear()
    assert pending.more(card, AT + 9) == []
    assert pending.head(card) == 0
