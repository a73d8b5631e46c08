import json
from pathlib import Path
from typing import Any

import pytest

from sealane.interchange.epcis.reading import read_document
from sealane.model.errors import InvalidInput

EVENT = {
    "type": "ObjectEvent", "eventTime": "2026-11-22T10:00:00+01:00", "action": "OBSERVE", "bizStep": "shipping",
    "epcList": ["urn:epc:id:sscc:0614141.1234567890", "https://id.gs1.org/00/106141411234567897"],
    "disposition": "in_transit",
}  # fmt: skip


def document(**changes: Any) -> dict[str, Any]:
    return {"type": "EPCISDocument", "epcisBody": {"eventList": [EVENT | changes]}}


def test_an_event_is_told_for_each_parcel() -> None:
    found = read_document(document())
    assert [each.tracking_number for each in found] == ["06141411234567890", "106141411234567897"]
    assert {each.kind for each in found} == {"consignment.handed_over"}
    assert len({each.id for each in found}) == 2
    assert read_document(EVENT)[0].id == found[0].id


@pytest.mark.parametrize(
    "step", ["urn:epcglobal:cbv:bizstep:shipping", "cbv:BizStep-shipping", "https://ref.gs1.org/cbv/BizStep-shipping"]
)
def test_words_of_the_vocabulary_in_all_spellings(step: str) -> None:
    assert read_document(document(bizStep=step))[0].kind == "consignment.handed_over"


@pytest.mark.parametrize(
    "changes", [{"type": "AggregationEvent"}, {"bizStep": "decommissioning"}, {"action": "DELETE"}]
)
def test_what_is_not_followed_is_passed_over(changes: dict[str, Any]) -> None:
    assert read_document(document(**changes)) == []


@pytest.mark.parametrize(
    "changes", [{"eventTime": "x"}, {"eventTime": "2026-11-22T10:00:00"}, {"epcList": []}, {"epcList": 1}]
)
def test_an_event_without_time_or_parcel_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        read_document(document(**changes))


@pytest.mark.parametrize(
    "wrong", [None, [], {}, {"type": "EPCISDocument"}, {"type": "EPCISDocument", "epcisBody": {"eventList": [1]}}]
)
def test_other_documents_are_refused(wrong: Any) -> None:
    with pytest.raises(InvalidInput):
        read_document(wrong)


def test_the_examples_of_the_standard_never_break_the_reader(shared_data: Path) -> None:
    count = 0
    for path in sorted((shared_data / "vectors" / "gs1-epcis" / "JSON").rglob("*.jsonld")):
        try:
            count += len(read_document(json.loads(path.read_text(encoding="utf-8"))))
        except InvalidInput:
            continue
    assert count > 0
