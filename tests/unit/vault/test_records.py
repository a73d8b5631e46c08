import random

import msgspec
import pytest

from sealane.keys.sealing import DataKey
from sealane.model.errors import EnvelopeInvalid, InvalidInput
from sealane.vault.records import Subject, names_of, open_fields, seal_record
from vaults import Lane

SUBJECT = Subject("sub_1", "mer_1", DataKey(bytes(range(32))))
VALUES = {"/shopper/name": "Ana Silva", "/shopper/email": "ana@example.com", "/shopper/city": "São Paulo"}

pack, unpack = msgspec.msgpack.encode, msgspec.msgpack.decode


def sealed(lane: Lane, subject: Subject = SUBJECT) -> tuple[str, bytes]:
    record_id = lane.database.run(lambda tx: seal_record(tx, subject, VALUES))
    ((body,),) = lane.query("SELECT body FROM vault_record WHERE record_id = ?", record_id)
    return record_id, body


def test_what_was_sealed_opens_field_by_field(lane: Lane) -> None:
    record_id, body = sealed(lane)
    assert names_of(body) == tuple(VALUES)
    assert open_fields(SUBJECT, record_id, body, VALUES) == VALUES
    assert open_fields(SUBJECT, record_id, body, ["/shopper/city"]) == {"/shopper/city": "São Paulo"}
    assert open_fields(SUBJECT, record_id, body, []) == {}


def test_the_body_holds_no_value_and_no_two_envelopes_are_alike(lane: Lane) -> None:
    bodies = [sealed(lane)[1] for _ in range(2)]
    envelopes = [envelope for body in bodies for envelope in unpack(body).values()]
    assert len(set(envelopes)) == len(envelopes)
    assert not any(value.encode() in body for body in bodies for value in VALUES.values())


def test_an_unknown_field_is_named_and_nothing_opens(lane: Lane) -> None:
    record_id, body = sealed(lane)
    with pytest.raises(InvalidInput) as refusal:
        open_fields(SUBJECT, record_id, body, ["/shopper/name", "/shopper/phone", "/x"])
    assert [error.pointer for error in refusal.value.errors] == ["/shopper/phone", "/x"]


@pytest.mark.parametrize("body", [b"", b"\xc1", pack([1]), pack({"a": 1})])
def test_a_damaged_body_is_told_so(body: bytes) -> None:
    with pytest.raises(EnvelopeInvalid):
        names_of(body)


def refused(subject: Subject, record_id: str, body: bytes, field: str) -> bool:
    try:
        open_fields(subject, record_id, body, [field])
    except EnvelopeInvalid:
        return True
    return False


def test_ten_thousand_mutations_are_all_refused(lane: Lane) -> None:
    rng = random.Random(20261122)
    record_id, body = sealed(lane)
    other_id, other_body = sealed(lane)
    envelopes, others = unpack(body), unpack(other_body)
    fields = list(VALUES)

    def flip() -> bool:
        field = rng.choice(fields)
        altered = bytearray(envelopes[field])
        altered[rng.randrange(len(altered))] ^= 1 << rng.randrange(8)
        return refused(SUBJECT, record_id, pack(envelopes | {field: bytes(altered)}), field)

    def cut() -> bool:
        field = rng.choice(fields)
        kept = envelopes[field][: rng.randrange(len(envelopes[field]))]
        return refused(SUBJECT, record_id, pack(envelopes | {field: kept}), field)

    def swap_fields() -> bool:
        field, source = rng.sample(fields, 2)
        return refused(SUBJECT, record_id, pack(envelopes | {field: envelopes[source]}), field)

    def swap_rows() -> bool:
        field = rng.choice(fields)
        return refused(SUBJECT, record_id, pack(envelopes | {field: others[field]}), field)

    def swap_records() -> bool:
        return refused(SUBJECT, other_id, body, rng.choice(fields))

    def swap_tenant() -> bool:
        return refused(SUBJECT._replace(merchant_id=f"mer_{rng.randrange(2, 9)}"), record_id, body, rng.choice(fields))

    def swap_subject() -> bool:
        return refused(SUBJECT._replace(subject_id=f"sub_{rng.randrange(2, 9)}"), record_id, body, rng.choice(fields))

    def swap_key() -> bool:
        return refused(SUBJECT._replace(key=DataKey.generate()), record_id, body, rng.choice(fields))

    def older_format() -> bool:
        field = rng.choice(fields)
        older = bytes([rng.choice([0, 1, 255])]) + envelopes[field][1:]
        return refused(SUBJECT, record_id, pack(envelopes | {field: older}), field)

    ways = (flip, cut, swap_fields, swap_rows, swap_records, swap_tenant, swap_subject, swap_key, older_format)
    assert all(rng.choice(ways)() for _ in range(10_000))
    assert open_fields(SUBJECT, record_id, body, VALUES) == VALUES
