import pytest

from sealane.risk.signals.points import km_between


@pytest.mark.parametrize(
    ("left", "right", "km"),
    [
        ("38.7,-9.1", "38.7,-9.1", 0),
        ("0.0,0.0", "0.0,1.0", 111),  # 60 nautical miles of 1,852 m make 111 km
        ("0.0,179.9", "0.0,-179.9", 22),
        ("90.0,0.0", "-90.0,0.0", 20_015),  # half the Earth's circumference
        ("38.7,-9.1", "41.2,-8.6", 281),  # Lisbon and Porto
        ("-0.0,0.0", "0.0,180.0", 20_015),
    ],
)
def test_kilometres_are_those_of_the_great_circle(left: str, right: str, km: int) -> None:
    assert km_between(left, right) == km_between(right, left) == km


def test_without_a_point_the_distance_is_unknown() -> None:
    assert km_between(None, "38.7,-9.1") is km_between("38.7,-9.1", None) is None
