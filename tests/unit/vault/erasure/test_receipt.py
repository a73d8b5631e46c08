from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from msgspec.structs import replace

from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, ProofInvalid
from sealane.vault.erasure.receipt import (
    Gone,
    Receipt,
    Stays,
    content_of,
    parse_receipt,
    sign_receipt,
    verify_receipt,
)

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SIGNER = Signer.from_seed(b"\x07" * 32)
PLAIN = Receipt("sub_1", NOW, 7, NOW + timedelta(days=7), (Gone("a", "b"),), (Stays("c", "d"),))
SIGNED = sign_receipt(PLAIN, "ent_1", SIGNER)


def test_a_receipt_verifies_from_its_bytes_and_the_key_alone() -> None:
    read = parse_receipt(msgspec.json.encode(SIGNED))
    verify_receipt(read, SIGNED.key)


@pytest.mark.parametrize(
    "changes",
    [{"subject_id": "sub_2"}, {"horizon_days": 8}, {"log_entry": "ent_2"}, {"gone": ()}, {"stays": (Stays("x", "y"),)},
     {"erased_at": NOW + timedelta(seconds=1)}, {"signature": "AAAA"}, {"signature": "?"}],
)  # fmt: skip
def test_a_changed_receipt_does_not_verify(changes: dict[str, object]) -> None:
    with pytest.raises(ProofInvalid):
        verify_receipt(replace(SIGNED, **changes), SIGNED.key)


def test_another_key_does_not_verify_it() -> None:
    other = sign_receipt(PLAIN, "ent_1", Signer.generate())
    with pytest.raises(ProofInvalid):
        verify_receipt(SIGNED, other.key)
    with pytest.raises(ProofInvalid):
        verify_receipt(other, SIGNED.key)


def test_the_log_commits_to_what_was_known_before_its_entry() -> None:
    assert content_of(SIGNED) == content_of(PLAIN)
    assert b"ent_1" not in content_of(SIGNED)
    assert content_of(SIGNED) != content_of(replace(SIGNED, horizon_days=8))


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"\xff", b'{"kind": "other"}'])
def test_something_else_is_no_receipt(document: bytes) -> None:
    with pytest.raises(InvalidInput):
        parse_receipt(document)
