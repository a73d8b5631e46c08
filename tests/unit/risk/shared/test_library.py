"""The library's text: every plan that a question names is in it, and its name follows its content."""

from sealane.risk.shared.library import CARRIERS, KNOWN, Library, groups_of, slot_id, terms_of
from sealane.risk.shared.mending import Plan
from sealane.risk.signals import ALL
from sealane.risk.windows.layout import title_of


def test_every_stage_and_key_has_a_plan(plan: Plan) -> None:
    text = plan.library.text.decode()
    assert text.startswith(f"#!lua name=sealane_{plan.library.version}\n")
    for stage, signals in ALL.by_stage.items():
        for pair in groups_of(signals):
            assert f'["{stage}/{title_of(pair)}"]' in text
    assert f'["{KNOWN}"]' in text
    assert f'["{CARRIERS}"]' in text
    assert not any(blank in text for blank in ("@PLANS@", "@WIDTHS@", "@VERSION@"))


def test_other_declarations_have_another_name(plan: Plan) -> None:
    other = Library.of(ALL, plan.shapes, {})
    assert other.version != plan.library.version
    assert Library.of(ALL, plan.shapes, {}) == other


def test_running_totals_lie_beside_their_times(plan: Plan) -> None:
    card = plan.shapes["card",]
    times = [slot for slot in card.slots if slot.series == "attempts" and slot.take == "times"]
    assert terms_of(card, "attempts") == ["failed"]
    assert slot_id(card, times[0]).isdigit()
