import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.interchange.inbox.letter import Letter
from sealane.interchange.inbox.mapping import MappedEvent, map_document, map_events
from sealane.interchange.inbox.source import SOURCES
from sealane.model.errors import InvalidInput
from webhooks import EXAMPLES, examples, send


def mapped(source: str, document: Any) -> list[MappedEvent]:
    body, headers, _ = send(source, document)
    return map_events(SOURCES[source], Letter(body, document, {k.lower(): v for k, v in headers.items()}, {}))


@pytest.mark.parametrize("source", SOURCES)
def test_every_example_means_its_kind_and_names_its_order(source: str) -> None:
    content = json.loads((EXAMPLES / f"{source}.json").read_text(encoding="utf-8"))
    for example in content["events"]:
        (event,) = mapped(source, example["body"])
        assert event.kind == example["kind"]
        assert content["reference"] == event.reference or content["tracking_number"] == event.tracking_number
        assert event.occurred_at is not None or source == "ups"
        if event.kind.startswith("payment."):
            assert event.attributes["amount"] == {"amount_minor": 12990, "currency": "EUR"}


@pytest.mark.parametrize("source", SOURCES)
def test_every_kind_of_a_source_has_an_example(source: str) -> None:
    wanted = set(SOURCES[source].events.kinds.values()) - {"consignment.reroute_requested"}
    assert {example["kind"] for example in examples(source)} == wanted


@pytest.mark.parametrize("source", ["stripe", "adyen"])
def test_a_warning_of_fraud_is_a_verdict(source: str) -> None:
    told = next(each["body"] for each in examples(source) if each["kind"] == "verdict.recorded")
    (event,) = mapped(source, told)
    assert event.attributes["verdict"] == "fraud"
    assert all("verdict" not in mapped(source, each["body"])[0].attributes for each in examples(source)[:-1])


def test_something_we_do_not_follow_has_no_kind() -> None:
    document = {**examples("stripe")[0]["body"], "type": "customer.created"}
    assert mapped("stripe", document)[0].kind is None


@pytest.mark.parametrize("document", [None, [], {}, {"notificationItems": []}, {"notificationItems": [1, 2]}])
def test_a_message_without_events_is_refused(document: Any) -> None:
    with pytest.raises(InvalidInput):
        map_document(SOURCES["adyen"].events, document)


@given(st.sampled_from(sorted(SOURCES)), st.data())
def test_no_document_breaks_the_mapping(source: str, data: st.DataObject) -> None:
    document = json.loads(json.dumps(data.draw(st.sampled_from(examples(source)))["body"]))
    for _ in range(3):
        scramble(document, data)
    try:
        map_document(SOURCES[source].events, document)
    except InvalidInput as refusal:
        assert refusal.errors  # noqa: PT017 - either outcome is right


def scramble(value: Any, data: st.DataObject) -> None:
    """Put something else somewhere into the document."""
    junk = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just([]), st.just({}))
    while isinstance(value, dict) and value:
        key = data.draw(st.sampled_from(sorted(value)))
        if isinstance(value[key], dict) and value[key] and data.draw(st.booleans()):
            value = value[key]
        else:
            value[key] = data.draw(junk)
            return


def test_kinds_are_spread_over_the_sources() -> None:
    seen = Counter(kind for source in SOURCES.values() for kind in source.events.kinds.values())
    assert seen["consignment.delivered"] >= 12
    assert seen["payment.captured"] >= 7
