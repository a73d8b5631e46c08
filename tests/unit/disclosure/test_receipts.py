"""Receipts: whoever has the key can check one alone; whoever changes one breaks it."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.disclosure import FieldGiven, Receipt, Statement, jwk_of, verify_receipt
from sealane.disclosure.receipts import sign_package, sign_receipt
from sealane.keys.signing import Signer
from sealane.model.errors import SignatureInvalid

SIGNER = Signer.generate()
STATEMENT = Statement(
    disclosure_id="dsc_1",
    grant="gnt_1",
    order_id="ord_1",
    consignment_id=None,
    subject_id="sub_1",
    party_id="pty_1",
    party_name="Fast Wings",
    audience="last-mile",
    purpose="deliver",
    leg="last-mile",
    fields=(FieldGiven("name", "clear", "a law"),),
    policy="1",
    released_at="2026-11-22T10:00:00Z",
)
TOKEN = sign_receipt(SIGNER, Receipt("ent_1", STATEMENT))


def test_a_receipt_says_what_was_signed() -> None:
    assert verify_receipt(TOKEN, SIGNER.public_key) == Receipt("ent_1", STATEMENT)


@given(st.integers(min_value=0, max_value=len(TOKEN) - 1))
def test_no_character_may_change(position: int) -> None:
    changed = TOKEN[:position] + ("A" if TOKEN[position] != "A" else "B") + TOKEN[position + 1 :]
    with pytest.raises(SignatureInvalid):
        verify_receipt(changed, SIGNER.public_key)


@given(st.text(max_size=60))
def test_no_other_text_is_a_receipt(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        verify_receipt(text, SIGNER.public_key)


def test_a_receipt_of_another_key_or_kind_is_none() -> None:
    with pytest.raises(SignatureInvalid):
        verify_receipt(TOKEN, Signer.generate().public_key)
    with pytest.raises(SignatureInvalid):
        verify_receipt(sign_package(SIGNER, "sub_1", "00"), SIGNER.public_key)


def test_the_key_is_told_as_jwk() -> None:
    jwk = jwk_of(SIGNER.public_key)
    assert base64.urlsafe_b64decode(jwk["x"] + "=") == SIGNER.public_key
    assert jwk["kid"] in base64.urlsafe_b64decode(TOKEN.partition(".")[0] + "==").decode()
