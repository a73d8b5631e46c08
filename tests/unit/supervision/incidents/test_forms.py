import re
from itertools import pairwise

from sealane.supervision.incidents.forms import FORMS
from sealane.supervision.incidents.regimes import REGIMES


def test_every_stage_of_every_regime_has_its_form() -> None:
    assert FORMS.keys() == {(rule.regime, stage.name) for rule in REGIMES.values() for stage in rule.stages}


def test_what_a_later_report_asks_more_is_there() -> None:
    for regime, stages in {"nis2": ("warning", "notice", "progress"), "cnir": ("report", "summary")}.items():
        asked = [{field.number for field in FORMS[regime, stage]} for stage in stages]
        assert all(earlier < later for earlier, later in pairwise(asked)), regime
    assert {"23(4)(d)(i)", "23(4)(d)(ii)", "23(4)(d)(iii)", "23(4)(d)(iv)"} <= {
        field.number for field in FORMS["nis2", "final"]
    }


def test_no_number_stands_twice() -> None:
    for form in FORMS.values():
        numbers = [field.number for field in form]
        assert len(set(numbers)) == len(numbers)
        assert all(re.fullmatch(r"\S+", number) for number in numbers)
