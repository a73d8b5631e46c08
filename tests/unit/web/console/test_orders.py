from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.decision import STAGES
from sealane.model.errors import InvalidInput
from sealane.web.console.orders import Filters, address, read_filters
from sealane.web.console.wording import OUTCOMES

country = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made aware right here
    lambda at: at.replace(tzinfo=UTC, microsecond=0)
)
filters = st.builds(
    Filters,
    merchant=st.none() | st.text("abcdefghjk0123456789_", min_size=1, max_size=30),
    lane=st.none() | st.tuples(country | st.just("?"), country).map("-".join),
    stage=st.none() | st.sampled_from(STAGES),
    outcome=st.none() | st.sampled_from(list(OUTCOMES)),
    from_at=st.none() | moments,
    to_at=st.none() | moments,
)


@given(filters)
def test_an_address_says_exactly_its_filters(asked: Filters) -> None:
    split = urlsplit(address(asked))
    assert split.path == "/console/orders"
    assert read_filters(dict(parse_qsl(split.query))) == asked


def test_empty_fields_of_the_form_ask_for_everything() -> None:
    assert read_filters({"merchant": "", "lane": "", "stage": "", "outcome": "", "from": "", "to": ""}) == Filters()


def test_the_cursor_goes_with_the_filters() -> None:
    assert address(Filters(lane="CN-DE"), cursor="abc") == "/console/orders?lane=CN-DE&cursor=abc"


def test_every_fault_is_named() -> None:
    faulty = {"lane": "China", "stage": "x", "outcome": "maybe", "from": "yesterday", "to": "2026-13-01"}
    with pytest.raises(InvalidInput) as refusal:
        read_filters(faulty)
    assert {error.pointer for error in refusal.value.errors} == {"/lane", "/stage", "/outcome", "/from", "/to"}
    assert not any("China" in error.detail or "yesterday" in error.detail for error in refusal.value.errors)


@pytest.mark.parametrize(
    "text", ["2026-11-22T09:30", "2026-11-22T09:30:00Z", "2026-11-22T10:30:00+01:00", "2026-11-22T10:30:00 01:00"]
)
def test_times_are_utc_unless_they_say_otherwise(text: str) -> None:
    assert read_filters({"from": text}).from_at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_lanes_may_be_written_small() -> None:
    assert read_filters({"lane": " cn-de "}).lane == "CN-DE"


@given(st.dictionaries(st.sampled_from(["merchant", "lane", "stage", "outcome", "from", "to"]), st.text()))
def test_any_address_is_read_or_refused(query: dict[str, str]) -> None:
    with suppress(InvalidInput):
        assert isinstance(read_filters(query), Filters)
