import json
import re
from pathlib import Path

import pytest

from sealane.simulator.chance import Stream
from sealane.simulator.realm.carriers import Carriers
from sealane.simulator.realm.places import Places


@pytest.fixture
def carriers() -> Carriers:
    return Carriers(Stream("1"))


PUBLISHED = [("dhl-express", "3318810025"), ("ups", "1Z5R89390357567127"), ("fedex", "986578788855")]


@pytest.mark.parametrize(("carrier", "example"), PUBLISHED)
def test_numbers_look_like_published_examples(carriers: Carriers, carrier: str, example: str) -> None:
    number = carriers.number(carrier, "DE")
    assert len(number) == len(example)
    assert re.fullmatch(r"1Z[0-9A-Z]{16}" if carrier == "ups" else r"\d+", number)


def test_dhl_numbers_divide_by_seven(carriers: Carriers) -> None:
    for _ in range(50):
        number = carriers.number("dhl-express", "DE")
        assert int(number[:-1]) % 7 == int(number[-1])


def test_postal_numbers_follow_s10(carriers: Carriers) -> None:
    for _ in range(100):
        number = carriers.number("post", "CN")
        assert re.fullmatch(r"[A-Z]{2}\d{9}CN", number)
        rest = 11 - sum(int(d) * w for d, w in zip(number[2:10], (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
        assert int(number[10]) == {10: 0, 11: 5}.get(rest, rest)


def test_formats_agree_with_the_courier_data(carriers: Carriers, shared_data: Path) -> None:
    folder = shared_data / "tracking_number_data" / "couriers"
    for carrier, file, name in [
        ("ups", "ups", "UPS"),
        ("fedex", "fedex", "FedEx Express (12)"),
        ("post", "s10", "S10"),
    ]:
        formats = json.loads((folder / f"{file}.json").read_text(encoding="utf-8"))["tracking_numbers"]
        shape = next(entry["regex"] for entry in formats if entry["name"].startswith(name))
        pattern = "".join(shape).replace("(?<", "(?P<")
        assert all(re.fullmatch(pattern, carriers.number(carrier, "CN")) for _ in range(20))


def test_numbers_are_fresh(carriers: Carriers) -> None:
    assert len({carriers.number("post", "CN") for _ in range(1_000)}) == 1_000


def test_a_postcode_keeps_its_depot_and_a_depot_its_couriers(carriers: Carriers) -> None:
    spot = Places(Stream("2")).new("DE")
    rounds = [carriers.round(spot) for _ in range(200)]
    assert len({depot for depot, _ in rounds}) == 1
    assert len({courier for _, courier in rounds}) == Carriers.COURIERS_A_DEPOT


def test_far_goes_by_air_and_near_by_road(carriers: Carriers) -> None:
    places = Places(Stream("2"))
    assert carriers.choose(places.new("CN"), "DE", 8_700.0).mode == "air"
    assert carriers.choose(places.new("DE"), "DE", 300.0).mode == "road"
    services = {carriers.choose(places.new("US"), "BR", 7_600.0).service for _ in range(60)}
    assert services == {"express", "standard"}
