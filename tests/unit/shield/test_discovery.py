"""Discovery: the page and the records of a domain, read strictly; nothing is fetched."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.signing import Signer
from sealane.model.errors import ProofInvalid
from sealane.shield.discovery import read_page, read_records, verify_owner
from sealane.shield.notices import key_id
from sealane.shield.room import as_jwk

KEY = Signer.from_seed(b"\x03" * 32).public_key
KID = key_id(KEY)
X = as_jwk(KEY)["x"]


def page(**changes: Any) -> bytes:
    return json.dumps({"format": "sealane/keys@v1", "domain": "dhl.de", "keys": [as_jwk(KEY)], **changes}).encode()


def test_the_page_shows_the_keys_of_its_own_domain() -> None:
    assert read_page(page(more="is allowed"), "dhl.de") == {KID: KEY}
    with pytest.raises(ProofInvalid, match="another domain"):
        read_page(page(), "dhl.com")


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"[]",
        b"\xff",
        page(format="x"),
        page(keys=[{"kty": "RSA", "n": "x", "e": "AQAB"}]),
        page(keys=[{**as_jwk(KEY), "x": "!" * 43}]),
        page(keys=[{**as_jwk(KEY), "kid": "AAAAAAAAAAA"}]),
        b"{" * 2_000_000,
    ],
)
def test_a_broken_page_is_refused(document: bytes) -> None:
    with pytest.raises(ProofInvalid):
        read_page(document, "dhl.de")


def test_records_show_keys_as_well() -> None:
    assert read_records(["v=spf1 -all", f'"v=sealane1; x={X}; brand=dhl"']) == {KID: KEY}
    for records in ([], ["v=spf1 -all"], ["v=sealane1; x=short"], [f"v=sealane2; x={X}"]):
        with pytest.raises(ProofInvalid):
            read_records(records)


def test_an_owner_proves_a_domain_by_record_or_page() -> None:
    assert verify_owner("dhl.de", "dhl", records=["v=sealane1; brand=dhl"]) == "TXT _sealane.dhl.de"
    assert verify_owner("dhl.de", "dhl", document=page(brand="dhl")).startswith("https://dhl.de/")
    for records, document in (([], b""), (["v=sealane1; brand=ups"], page(brand="ups")), (["brand=dhl"], page())):
        with pytest.raises(ProofInvalid, match="does not say"):
            verify_owner("dhl.de", "dhl", records=records, document=document)


@given(st.lists(st.text(max_size=60), max_size=4))
def test_whatever_stands_in_records_proves_nothing(records: list[str]) -> None:
    with pytest.raises(ProofInvalid):
        read_records(records)
