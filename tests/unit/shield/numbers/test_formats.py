"""All published vectors of `tracking_number_data`, and ours: each number against the format it is an example of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from sealane.shield.numbers.formats import FOLDER, all_formats
from sealane.shield.numbers.reading import read_number


def entries(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob(name)):
        document = json.loads(path.read_text(encoding="utf-8"))
        for courier in document.get("couriers", [document]):
            for entry in courier["tracking_numbers"]:
                yield courier["courier_code"], entry


def vectors(name: str, kind: str) -> list[tuple[str, str, str]]:
    return [(code, e["name"], number) for code, e in entries(name) for number in e["test_numbers"][kind]]


PUBLISHED, OURS = "couriers/*.json", "more.json"


def accepts(carrier: str, name: str, number: str) -> bool:
    fits = read_number(number)
    return any(fit.checksum_ok and (fit.carrier, fit.name) == (carrier, name) for fit in fits)


def test_the_published_data_is_all_there() -> None:
    assert len(list(entries(PUBLISHED))) == 39
    assert len(vectors(PUBLISHED, "valid")) == 192
    assert len(vectors(PUBLISHED, "invalid")) == 88
    assert len(all_formats()) == 39 + len(list(entries(OURS)))
    assert len({(form.carrier, form.code) for form in all_formats()}) == len(all_formats())


@pytest.mark.parametrize(("carrier", "name", "number"), vectors(PUBLISHED, "valid") + vectors(OURS, "valid"))
def test_a_valid_number_fits_its_format(carrier: str, name: str, number: str) -> None:
    assert accepts(carrier, name, number)


@pytest.mark.parametrize(("carrier", "name", "number"), vectors(PUBLISHED, "invalid") + vectors(OURS, "invalid"))
def test_an_invalid_number_does_not(carrier: str, name: str, number: str) -> None:
    assert not accepts(carrier, name, number)


def test_a_post_that_does_not_exist_makes_a_number_invalid() -> None:
    (fit,) = read_number("RB123456785XX")
    assert (fit.format, fit.checksum_ok, fit.issuer) == ("s10", False, None)


def test_every_rule_of_ours_says_where_it_is_told() -> None:
    assert all(entry["evidence"] for _, entry in entries(OURS))
