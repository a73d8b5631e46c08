import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.vault.streets import place_of

SAME_BUILDING = [
    ["Rua Augusta 10"],
    ["rua augusta, 10"],
    ["R. Augusta n.º 10"],
    ["Rua Augusta 10", "3 Dto"],
    ["3.º Dto.", "Rua Augusta 10"],
    ["Rua Augusta 10, 3.º Esq."],
    ["Rua Augusta 10 3 dto"],
    ["Rua Augusta 10", "Apt 4B"],
    ["Rua Augusta 10 #4B"],
    ["Rua Augusta 10, Apartamento #4B"],
    ["Rua Augusta 10", "Piso 3"],
    ["Rua Augusta 10", "3rd floor"],
    ["Rua Augusta 10 Piso 3 Dto"],
    ["Suite 300", "Rua Augusta 10"],
    ["Rua Augusta 10", "Locker 12345"],
]


@pytest.mark.parametrize("lines", SAME_BUILDING)
def test_one_building_however_its_units_are_written(lines: list[str]) -> None:
    place = place_of(lines)
    assert place is not None
    assert place.building == "r augusta 10"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Main Street", "12 MAIN ST."),
        ("5th Avenue 10", "5 Ave 10"),
        ("Hauptstraße 5", "Hauptstr. 5"),
        ("Calle Mayor Nº 5", "C/ Mayor 5"),
        ("North Highway 1", "N Hwy 1"),
    ],
)
def test_street_words_are_shortened(one: str, other: str) -> None:
    assert place_of([one]) == place_of([other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Rua Augusta 10"], ["Rua Augusta 11"]),
        (["Rua Augusta 10"], ["Rua Augusto 10"]),
        (["12 Main St"], ["12 Main Rd"]),
        (["Unit Road 5"], ["Road 5"]),
    ],
)
def test_two_buildings_stay_two(one: list[str], other: list[str]) -> None:
    first, second = place_of(one), place_of(other)
    assert first is not None
    assert second is not None
    assert first.building != second.building


def test_the_unit_tells_flats_apart_and_the_house_keeps_its_number() -> None:
    first, second = place_of(["Main St 12", "Apt 4"]), place_of(["Main St 12", "Apt 5"])
    assert first is not None
    assert second is not None
    assert first.building == second.building == "main st 12"
    assert first.unit != second.unit
    only = place_of(["Main Street 12 Dto"])
    assert only is not None
    assert only.building == "main st 12"


@pytest.mark.parametrize(
    "lines",
    [
        ["8400 NW 25th St", "Suite 12345"],
        ["8400 NW 25th St Ste 110 # ANA123456"],
        ["Unit TH-1234567"],
        ["Locker: 998877"],
        ["Casillero 55512"],
        ["10 Main St apt 123456"],
    ],
)
def test_forwarders_number_their_customers(lines: list[str]) -> None:
    place = place_of(lines)
    assert place is not None
    assert place.has_suite_code


@pytest.mark.parametrize("lines", [["8400 NW 25th St Suite 1234"], ["P.O. Box 12345"], ["12345 Main St"], ["Apt 4B"]])
def test_short_units_post_boxes_and_house_numbers_are_no_suite_codes(lines: list[str]) -> None:
    place = place_of(lines)
    assert place is not None
    assert not place.has_suite_code


def test_an_address_may_be_a_unit_alone_or_nothing() -> None:
    place = place_of(["3 Dto"])
    assert place is not None
    assert place.building == "3 dto"
    assert place_of([""]) is None
    assert place_of([]) is None
    assert place_of(["--"]) is None


@given(st.lists(st.text(max_size=40), max_size=5))
def test_any_text_may_stand_for_an_address(lines: list[str]) -> None:
    place = place_of(lines)
    assert place is None or (place.building and place.unit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["Flat 3, 22 Baker Street"], ["22 Baker St, Flat 3"]),
        (["Unit 5", "100 Queen Road"], ["100 Queen Rd Unit #5"]),
        (["Suite 48213, 77 Dock Street"], ["77 Dock St # 48213"]),
        (["12 Main Street", "Apt. #4B"], ["Apartment 4B", "12 Main St"]),
        (["Via Roma 12 interno 4"], ["Via Roma 12, apto 4"]),
        (["Hauptstraße 5 a"], ["Hauptstr. 5a"]),
    ],
)
def test_one_unit_wherever_and_however_it_is_written(one: list[str], other: list[str]) -> None:
    assert place_of(one) == place_of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [(["22 Baker St", "Flat 3"], ["22 Baker St", "Flat 4"]), (["Mayor 7", "2 izq"], ["Mayor 7", "2 dcha"])],
)
def test_two_units_stay_two(one: list[str], other: list[str]) -> None:
    first, second = place_of(one), place_of(other)
    assert first is not None
    assert second is not None
    assert first.building == second.building
    assert first.unit != second.unit
