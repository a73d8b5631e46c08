import re
from pathlib import Path

import sealane.grading
from sealane.grading.rubric.table import GRADES, is_at_least, shipped_rubric

RUBRIC = shipped_rubric()
CODE = "\n".join(path.read_text() for path in Path(sealane.grading.__file__).parent.rglob("*.py"))
FAMILIES = {"cipher_", "certificate_", "card_"}


def test_the_weights_make_a_hundred_and_every_grade_leads_somewhere() -> None:
    assert sum(pillar.weight for pillar in RUBRIC.pillars.values()) == 100
    assert set(RUBRIC.conduct) == set(GRADES)
    assert {act for acts in RUBRIC.conduct.values() for act in acts} == set(RUBRIC.advice)
    assert re.fullmatch("[0-9a-f]{64}", RUBRIC.digest)


def test_every_check_has_a_source_and_every_fault_says_what_to_do() -> None:
    for check in RUBRIC.checks.values():
        assert check.source, check.id
        assert check.text.endswith("."), check.id
        assert bool(check.fix) == check.is_fault, check.id


def test_every_check_is_asked_somewhere() -> None:
    made = {check for check in RUBRIC.checks if any(check.startswith(family) for family in FAMILIES)}
    unasked = [check for check in RUBRIC.checks if check not in made and f'"{check}"' not in CODE]
    assert unasked == []


def test_bands_and_their_order() -> None:
    assert [RUBRIC.band(score) for score in (100, 95, 94.9, 85, 70, 55, 40, 39.9, 0)] == [
        "A+", "A+", "A", "A", "B", "C", "D", "F", "F",
    ]  # fmt: skip
    assert is_at_least("A", "B")
    assert is_at_least("B", "B")
    assert not is_at_least("C", "B")
    assert not is_at_least("T", "F")
