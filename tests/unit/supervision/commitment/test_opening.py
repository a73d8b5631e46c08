"""The document of an opened field: it reads back, and nothing else does."""

import json

import pytest

from sealane.model.errors import ProofInvalid
from sealane.supervision.commitment.fields import commit, commit_whole
from sealane.supervision.commitment.opening import encode_opening, is_opening, parse_opening
from sealane.supervision.proof import Proof, encode_bundle

BUNDLE = encode_bundle(b"{}", Proof(0, (bytes(32),), b"origin\n1\nAA==\n"))
FIELD = commit(b"content", {"outcome": b"approve", "stage": b"checkout"}).material.open("outcome")
WHOLE = commit_whole(b"content").material.open("content", b"content")


def test_it_reads_back() -> None:
    for field in (FIELD, WHOLE):
        document = encode_opening(field, BUNDLE)
        assert is_opening(document)
        assert parse_opening(document) == (field, BUNDLE)
        assert parse_opening(json.dumps(json.loads(document), indent=2).encode()) == (field, BUNDLE)


def test_a_bundle_is_no_opening() -> None:
    for document in (BUNDLE, b"", b"[]", b"\xff"):
        assert not is_opening(document)
        with pytest.raises(ProofInvalid):
            parse_opening(document)


@pytest.mark.parametrize(
    "change",
    [{"extra": 1}, {"value": "?"}, {"value": 1}, {"salt": "AA"}, {"commitments": "AA=="}, {"commitments": [1]},
     {"commitments": ["AA=="]}, {"bundle": "text"}, {"bundle": {}}, {"format": "other"}],
)  # fmt: skip
def test_members_of_another_form_are_refused(change: dict[str, object]) -> None:
    document = json.loads(encode_opening(FIELD, BUNDLE))
    with pytest.raises(ProofInvalid):
        parse_opening(json.dumps(document | change).encode())
    for member in document:
        with pytest.raises(ProofInvalid):
            parse_opening(json.dumps({name: value for name, value in document.items() if name != member}).encode())
