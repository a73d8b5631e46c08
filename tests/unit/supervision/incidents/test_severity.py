from typing import Any

import pytest

from sealane.supervision.incidents.record import Impact, Incident
from sealane.supervision.incidents.severity import china_level, dora_major, severities


@pytest.mark.parametrize(
    ("facts", "is_major"),
    [
        ({}, False),
        ({"hits_critical_service": True}, False),
        ({"has_malicious_access": True}, False),
        ({"hits_critical_service": True, "has_malicious_access": True}, True),
        ({"hits_critical_service": True, "hours_down": 2.1}, False),
        ({"hits_critical_service": True, "hours_down": 2.1, "clients": 100_001}, True),
        ({"hits_critical_service": True, "hours_down": 2.0, "clients": 100_000}, False),
        ({"hours_down": 9.0, "clients": 200_000, "states": ("DE", "FR")}, False),
        ({"hits_critical_service": True, "states": ("DE", "DE"), "cost_eur": 100_001}, False),
        ({"hits_critical_service": True, "states": ("DE", "FR"), "cost_eur": 100_001}, True),
        ({"hits_critical_service": True, "transactions_share": 0.11, "counterparts_share": 0.31}, True),
    ],
)
def test_major_means_critical_services_and_access_or_two_thresholds(facts: dict[str, Any], is_major: bool) -> None:
    assert dora_major(Impact(**facts)).is_reportable == is_major


def test_the_chinese_level_is_the_higher_of_people_and_loss() -> None:
    assert china_level(Impact(people=999_999)).level == "general"
    assert china_level(Impact(people=1_000_000)).level == "relatively major"
    assert china_level(Impact(people=1_000_000, loss_cny=20_000_000)).level == "major"
    assert china_level(Impact(people=100_000_000)).level == "extreme"


def test_each_regime_with_classes_gets_one() -> None:
    impact = Impact(people=10, is_high_risk=True)
    incident = Incident("inc_1", "pty_1", "t", "breach", "DE", ("gdpr", "nis2", "pci"), {}, impact)
    assert [(one.regime, one.level) for one in severities(incident)] == [("gdpr", "high risk"), ("nis2", "significant")]
