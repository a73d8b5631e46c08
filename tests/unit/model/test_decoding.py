import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sealane.model.decoding import decode_attributes, decode_event, decode_order, read_json
from sealane.model.errors import InvalidInput, MalformedBody

ORDER: dict[str, Any] = {
    "reference": "SO-1",
    "placed_at": "2026-11-22T09:30:00Z",
    "shopper": {"name": "Ana Silva"},
    "payment": {"method": "card", "amount": {"amount_minor": 100, "currency": "EUR"}},
    "consignments": [{"consignee": {"country": "PT"}, "items": [{"quantity": 1}]}],
}
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20) | st.sampled_from(
    ['":', '" :', '\\":', "{", ":", '"']
)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


@given(documents, st.sampled_from([None, 1]), st.sampled_from([(",", ":"), (" , ", "\t:\n")]))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_every_unambiguous_document_is_read(document: Any, indent: int | None, separators: tuple[str, str]) -> None:
    body = json.dumps(document, indent=indent, separators=separators).encode()
    assert read_json(body) == document


@given(st.dictionaries(texts, texts, min_size=1, max_size=4), st.sampled_from([":", " :", "\n: "]), st.data())
def test_a_key_written_twice_is_found_however_it_is_spaced(
    members: dict[str, str], colon: str, data: st.DataObject
) -> None:
    pairs = [*members.items(), (data.draw(st.sampled_from(sorted(members))), "again")]
    body = "{" + ",".join(json.dumps(k) + colon + json.dumps(v) for k, v in pairs) + "}"
    for wrapped in (body, f'{{"inner":[{body}]}}'):
        with pytest.raises(MalformedBody, match="twice"):
            read_json(wrapped.encode())


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"nul", b"'a'", b'{"a":"x\\u0000"}', b"{} {}", b'{"a":NaN}', b'{"a":Infinity}', b'{"a":1e999}'),
        *(b'{"a":"\xff"}', b"\xef\xbb\xbf{}", b'{"a":"\\ud800"}', '{"a":1}'.encode("utf-16")),
        *(b"[" * 65 + b"]" * 65, b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 100_000),
        *(b'{"a":' + b"9" * 1_000_000 + b"}", b'{"a":1,"\\u0061":2}'),
    ],
    ids=lambda body: body[:12].decode("latin-1"),
)
def test_what_could_be_read_in_two_ways_is_refused(body: bytes) -> None:
    with pytest.raises(MalformedBody):
        read_json(body)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    try:
        read_json(body)
    except MalformedBody:
        return


def changed(path: str, value: Any) -> bytes:
    order = json.loads(json.dumps(ORDER))
    *parents, last = path.split("/")
    place = order
    for part in parents:
        place = place[int(part)] if part.isdigit() else place[part]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return json.dumps(order).encode()


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("reference", ..., "missing"),
        ("consignments/0/consignee/country", ..., "missing"),
        ("risk", "allow", "unknown-field"),
        ("shopper/nick", "x", "unknown-field"),
        ("reference", 7, "wrong-type"),
        ("shopper/name", 7, "wrong-type"),
        ("payment/amount/amount_minor", -1, "out-of-range"),
        ("payment/amount/amount_minor", 10**16, "out-of-range"),
        ("payment/amount/amount_minor", 1.5, "wrong-type"),
        ("payment/amount/currency", "EUX", "not-allowed"),
        ("consignments/0/consignee/country", "ZZ", "not-allowed"),
        ("consignments/0/items/0/quantity", 0, "out-of-range"),
        ("placed_at", "2026-11-22T09:30:00", "out-of-range"),
        ("placed_at", "yesterday", "out-of-range"),
    ],
)
def test_a_wrong_field_is_named_by_pointer_and_never_repeated(path: str, value: Any, code: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        decode_order(changed(path, value))
    (error,) = refusal.value.errors
    assert (error.pointer, error.code) == (f"/{path}", code)
    assert "EUX" not in refusal.value.detail
    assert "yesterday" not in refusal.value.detail


def test_an_order_is_read() -> None:
    order = decode_order(json.dumps(ORDER).encode())
    assert order.payment.amount.amount_minor == 100
    assert order.shopper.name is not None
    assert order.shopper.name.open_for_sealing() == "Ana Silva"


def test_an_event_keeps_unknown_attributes_raw_and_refuses_wrong_known_ones() -> None:
    event = decode_event(
        b'{"id":"e","kind":"claim.opened","occurred_at":"2026-11-22T09:30:00Z","order":"o","attributes":{"claim":"return","mood":1}}'
    )
    assert msgspec.json.decode(event.attributes) == {"claim": "return", "mood": 1}
    assert decode_attributes(bytes(event.attributes)).claim == "return"
    with pytest.raises(InvalidInput) as refusal:
        decode_attributes(b'{"location":{"lat":91}}')
    assert refusal.value.errors[0].pointer == "/attributes/location/lat"
