import re

from sealane.supervision.incidents.forms import FORMS
from sealane.supervision.incidents.regimes import REGIMES


def test_every_form_belongs_to_a_stage_that_exists() -> None:
    stages = {(rule.regime, stage.name) for rule in REGIMES.values() for stage in rule.stages} | {("", "")}
    assert FORMS.keys() <= stages


def test_dora_fields_have_the_numbers_of_the_template() -> None:
    initial = [field.number for field in FORMS["dora", "initial"]]
    assert initial == [f"1.{n}" for n in range(1, 16)] + [f"2.{n}" for n in range(1, 11)]
    assert {field.number.partition(".")[0] for field in FORMS["dora", "final"]} == {"1", "2", "3", "4"}


def test_no_number_stands_twice() -> None:
    for form in FORMS.values():
        numbers = [field.number for field in form]
        assert len(set(numbers)) == len(numbers)
        assert all(re.fullmatch(r"\S+", number) for number in numbers)
