"""Filters of the queue: what an address asks for comes back in every address made from it."""

import pytest

from sealane.model.errors import InvalidInput
from sealane.web.console.review.filters import PATH, QueueFilters, address, read_filters


def test_an_address_comes_back() -> None:
    filters = QueueFilters(stage="reroute", sort="risk", state="closed", merchant="mer_1", mine="yes")
    query = dict(part.split("=") for part in address(filters).partition("?")[2].split("&"))
    assert read_filters(query) == filters


def test_defaults_are_left_out_and_more_is_added() -> None:
    assert address(QueueFilters()) == PATH
    assert address(QueueFilters(stage="claim"), f"{PATH}/case_1", closed="case_0") == (
        f"{PATH}/case_1?stage=claim&closed=case_0"
    )


def test_empty_parameters_count_as_absent() -> None:
    assert read_filters({"stage": "", "sort": "", "unknown": "x"}) == QueueFilters()


def test_every_wrong_parameter_is_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        read_filters({"stage": "moon", "sort": "luck", "mine": "no"})
    assert [each.pointer for each in refused.value.errors] == ["/stage", "/sort", "/mine"]


def test_mine_asks_for_somebodys_list() -> None:
    assert QueueFilters(mine="yes").wanted("ana").assigned_to == "ana"
    assert QueueFilters().wanted("ana").assigned_to is None
