import csv
from pathlib import Path

import pytest

from sealane.model.errors import NotFound
from sealane.supervision.controls.catalogue import catalogue, control


def test_there_are_115_controls_of_29_sources_in_own_words() -> None:
    assert len({one.id for one in catalogue()}) == 115
    assert len({one.source for one in catalogue()}) == 29
    assert all(one.duty and one.article and one.binds for one in catalogue())


def test_a_control_is_found_by_its_id() -> None:
    assert control("VAMP-M").hours == 720
    with pytest.raises(NotFound):
        control("VAMP-X")


def test_ids_articles_and_clocks_are_those_of_the_compiled_list(shared_data: Path) -> None:
    with (shared_data / "controls.csv").open(encoding="utf-8") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert rows.keys() == {one.id for one in catalogue()}
    for one in catalogue():
        row = rows[one.id]
        assert (one.source, one.article, ";".join(one.binds)) == (row["source"], row["article"], row["binds"])
        assert str(one.hours or "") == row["deadline_hours"]
        assert one.duty != row["obligation"], "our own words"
