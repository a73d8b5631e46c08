import msgspec

from sealane.supervision.controls.conduct import Manifest, RightsRequest


def test_a_request_not_answered_yet_is_written_as_such() -> None:
    row = msgspec.json.decode(b'{"id":"r","law":"GDPR","kind":"access","received_us":5}', type=RightsRequest)
    assert (row.answered_us, row.is_key_destroyed) == (None, True)


def test_a_manifest_never_filed_has_no_time() -> None:
    row = Manifest(id="m", regimes=("ics2",), filed_us=None, loaded_us=9, missing=("buyer",))
    assert msgspec.json.decode(msgspec.json.encode(row), type=Manifest) == row
