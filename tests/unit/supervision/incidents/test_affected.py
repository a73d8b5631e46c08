"""Whom a breach hit, compared with the truth of a made world."""

import random

from sealane.supervision.incidents.affected import Holding, Scope, affected


def test_who_held_what_when_is_found_exactly() -> None:
    draw = random.Random(7)
    parties = ["pty_a", "pty_b", "pty_c"]
    holdings, truth = [], set()
    for number in range(5_000):
        begin = draw.randrange(1000)
        end = begin + draw.randrange(1, 300)
        party, fields = draw.choice(parties), tuple(draw.sample(["name", "phone", "street", "goods"], 2))
        holdings.append(Holding(f"sub_{number % 3000}", party, fields, begin, end))
        # The truth is read off minute by minute, not from the ends of the spans.
        if (
            party == "pty_b"
            and {"phone", "street"} & set(fields)
            and any(begin <= minute < end for minute in range(400, 450))
        ):
            truth.add(f"sub_{number % 3000}")
    found = affected(holdings, Scope("pty_b", 400, 450, ("phone", "street")))
    assert set(found.subjects) == truth
    assert len(truth) > 100


def test_a_span_that_only_touches_is_not_hit() -> None:
    scope = Scope("p", 10, 20)
    spans = [(0, 10), (20, 30), (0, 11), (19, 30)]
    found = affected([Holding(f"s{start}", "p", ("name",), start, end) for start, end in spans], scope)
    assert found.subjects == ("s0", "s19")
    assert found.by_field == {"name": 2}
