"""Proof texts and bundles: read back as written, refused otherwise."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.model.errors import ProofInvalid
from sealane.supervision.proof import Proof, encode_bundle, parse_bundle, parse_proof

HASH = st.binary(min_size=32, max_size=32)
PROOF = Proof(2, (bytes(32), b"\xff" * 32), b"sealane.local/test\n4\nroot\n\n\xe2\x80\x94 sealane.local/test sig\n")
TEXT = bytes(PROOF)
BUNDLE = encode_bundle(b'{"v":1}', PROOF)


@given(st.integers(0, (1 << 63) - 1), st.lists(HASH, max_size=63), st.binary(max_size=60))
def test_every_proof_reads_back(index: int, hashes: list[bytes], checkpoint: bytes) -> None:
    proof = Proof(index, tuple(hashes), checkpoint)
    assert parse_proof(bytes(proof)) == proof


def test_it_looks_like_the_specification() -> None:
    assert TEXT.decode() == (
        "c2sp.org/tlog-proof@v1\n"
        "index 2\n"
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
        "//////////////////////////////////////////8=\n"
        "\n"
        "sealane.local/test\n4\nroot\n\n— sealane.local/test sig\n"
    )


def test_extra_data_is_skipped() -> None:
    assert parse_proof(TEXT.replace(b"index", b"extra YWdl\nindex")) == PROOF


@pytest.mark.parametrize(
    "text",
    [
        b"",
        TEXT.replace(b"@v1", b"@v2"),
        TEXT.replace(b"index 2", b"index 02"),
        TEXT.replace(b"index 2", b"index -2"),
        TEXT.replace(b"index 2\n", b""),
        TEXT.replace(b"AAAA=", b"AAAB="),
        TEXT.replace(b"AAAA=", b"AA=="),
        TEXT.replace(b"AAAA=", "AAÄA=".encode()),
        TEXT.replace(b"\n\n", b"\n"),
        b"\n" + TEXT,
        bytes(Proof(2, (bytes(32),) * 64, PROOF.checkpoint)),
    ],
)
def test_other_texts_are_malformed(text: bytes) -> None:
    with pytest.raises(ProofInvalid):
        parse_proof(text)


@given(st.binary(max_size=200))
def test_no_bytes_break_the_parsers(data: bytes) -> None:
    for parse in (parse_proof, parse_bundle):
        with pytest.raises(ProofInvalid):
            parse(data)


def test_a_bundle_reads_back_and_is_canonical_json() -> None:
    assert parse_bundle(BUNDLE) == (b'{"v":1}', PROOF)
    assert json.dumps(json.loads(BUNDLE), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == BUNDLE
    assert json.loads(BUNDLE)["proof"].encode() == TEXT


def test_a_bundle_that_a_tool_indented_still_reads() -> None:
    assert parse_bundle(json.dumps(json.loads(BUNDLE), indent=2).encode()) == parse_bundle(BUNDLE)


DOCUMENT = json.loads(BUNDLE)


@pytest.mark.parametrize(
    "bundle",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"NaN",
        b"[" * 100_000,
        BUNDLE[:-1],
        BUNDLE + b"}",
        BUNDLE.replace(b'"leaf":', b'"leaf":"","leaf":'),
        json.dumps(DOCUMENT | {"more": 1}).encode(),
        json.dumps(DOCUMENT | {"format": "sealane/log-bundle@v2"}).encode(),
        json.dumps(DOCUMENT | {"leaf": None}).encode(),
        json.dumps(DOCUMENT | {"leaf": "\ud800"}).encode(),
        json.dumps(DOCUMENT | {"proof": [TEXT.decode()]}).encode(),
        json.dumps({"format": DOCUMENT["format"], "proof": DOCUMENT["proof"]}).encode(),
        BUNDLE.decode().encode("utf-16"),
        b" " * 2_000_001,
    ],
    ids=range(17),
)
def test_other_documents_are_no_bundle(bundle: bytes) -> None:
    with pytest.raises(ProofInvalid):
        parse_bundle(bundle)
