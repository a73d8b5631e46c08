import re

import pytest

from sealane.simulator.chance import Stream
from sealane.simulator.realm.atlas import LANDS
from sealane.simulator.realm.places import Places, distance_km

POSTCODES = {
    "DE": r"\d{5}",
    "PT": r"\d{4}-\d{3}",
    "NL": r"\d{4} [A-Z]{2}",
    "PL": r"\d{2}-\d{3}",
    "GB": r"[A-Z]{1,2}\d{1,2} \d[A-Z]{2}",
    "BR": r"\d{5}-\d{3}",
}


@pytest.fixture
def places() -> Places:
    return Places(Stream("1"))


@pytest.mark.parametrize(("country", "pattern"), POSTCODES.items())
def test_postcodes_look_like_those_of_the_land(places: Places, country: str, pattern: str) -> None:
    assert all(re.fullmatch(pattern, places.new(country).postcode) for _ in range(100))


def test_an_address_lies_in_its_town(places: Places) -> None:
    spot = places.new("ES", LANDS["ES"].towns[0])
    assert spot.address("Ana", phone="+34590000001")["city"] == "Madrid"
    assert "email" not in spot.address("Ana")
    assert distance_km(spot, places.new("ES", LANDS["ES"].towns[0])) < 40


def test_a_neighbour_is_near_and_a_unit_is_the_same_building(places: Places) -> None:
    spot = places.new("FR")
    assert distance_km(spot, places.near(spot)) < 4
    unit = spot.with_unit("Suite 10234")
    assert unit.lines == (spot.lines[0], "Suite 10234")
    assert distance_km(spot, unit) == 0


def test_distances_are_those_of_the_globe(places: Places) -> None:
    shenzhen, berlin = places.new("CN", LANDS["CN"].towns[0]), places.new("DE", LANDS["DE"].towns[0])
    assert distance_km(shenzhen, berlin) == pytest.approx(8_770, rel=0.02)


def test_pick_up_points_are_shared(places: Places) -> None:
    town = LANDS["DE"].towns[0]
    points = {places.pickup("DE", town).id for _ in range(200)}
    assert len(points) == Places.POINTS_A_TOWN
    assert set(places.pickup("DE", town).told()) == {"id", "name", "postcode", "country", "kind"}
