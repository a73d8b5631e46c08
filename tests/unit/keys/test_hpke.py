"""HPKE: opens for one key and one purpose, and for nothing that was touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.hpke import OpeningKey, seal_to
from sealane.model.errors import EnvelopeInvalid, InvalidInput

KEY = OpeningKey.generate()


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_sealed_opens(plaintext: bytes, info: bytes) -> None:
    assert KEY.open(seal_to(KEY.public_key, plaintext, info), info) == plaintext


@given(st.integers(min_value=0, max_value=8 * 52 - 1))
def test_no_bit_can_be_turned(bit: int) -> None:
    sealed = bytearray(seal_to(KEY.public_key, b"1234", b"dsc_1"))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(EnvelopeInvalid):
        KEY.open(bytes(sealed), b"dsc_1")


def test_another_key_or_purpose_does_not_open_it() -> None:
    sealed = seal_to(KEY.public_key, b"1234", b"dsc_1")
    with pytest.raises(EnvelopeInvalid):
        KEY.open(sealed, b"dsc_2")
    with pytest.raises(EnvelopeInvalid):
        OpeningKey.generate().open(sealed, b"dsc_1")


@pytest.mark.parametrize("key", [b"", b"\x00" * 32, b"\x01" * 31])
def test_what_is_no_key_is_refused(key: bytes) -> None:
    with pytest.raises(InvalidInput):
        seal_to(key, b"1234", b"")


def test_a_key_prints_as_its_kind_only() -> None:
    assert repr(KEY) == "OpeningKey(***)"
