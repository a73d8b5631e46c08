import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealane.keys.sealing import OVERHEAD, DataKey, unwrap, wrap
from sealane.model.errors import EnvelopeInvalid

KEY = DataKey.from_bytes(bytes(range(32)))
AAD = b"tenant/subject/record/field"


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_what_was_sealed_opens_in_its_place_only(plaintext: bytes, aad: bytes) -> None:
    envelope = KEY.seal(plaintext, aad)
    assert len(envelope) == len(plaintext) + OVERHEAD
    assert KEY.open(envelope, aad) == plaintext
    with pytest.raises(EnvelopeInvalid):
        KEY.open(envelope, aad + b"x")
    with pytest.raises(EnvelopeInvalid):
        DataKey.generate().open(envelope, aad)


def test_every_flipped_bit_is_noticed() -> None:
    envelope = KEY.seal(b"ana@example.com", AAD)
    for at in range(len(envelope) * 8):
        altered = bytearray(envelope)
        altered[at // 8] ^= 1 << at % 8
        with pytest.raises(EnvelopeInvalid):
            KEY.open(bytes(altered), AAD)


@pytest.mark.parametrize("length", [0, 1, 12, OVERHEAD - 1])
def test_a_stump_is_no_envelope(length: int) -> None:
    with pytest.raises(EnvelopeInvalid):
        KEY.open(KEY.seal(b"", AAD)[:length], AAD)


def test_many_are_sealed_like_one_and_with_nonces_of_their_own() -> None:
    plaintexts = [b"a", b"", b"a"] * 50
    aads = [AAD + bytes([at]) for at in range(150)]
    envelopes = KEY.seal_each(plaintexts, aads)
    assert [KEY.open(*pair) for pair in zip(envelopes, aads, strict=True)] == plaintexts
    assert len({envelope[1:13] for envelope in envelopes}) == 150


def test_a_wrapped_key_opens_under_its_kek_in_its_place() -> None:
    key, kek = DataKey.generate(), DataKey.generate()
    wrapped = wrap(kek, key, b"number 7")
    assert len(wrapped) == 61
    assert KEY.seal(b"x", b"") != KEY.seal(b"x", b"")
    assert unwrap(kek, wrapped, b"number 7").open(key.seal(b"x", b""), b"") == b"x"
    for wrong_kek, place in ((key, b"number 7"), (kek, b"number 8")):
        with pytest.raises(EnvelopeInvalid):
            unwrap(wrong_kek, wrapped, place)
    with pytest.raises(EnvelopeInvalid):
        unwrap(kek, kek.seal(b"no key", b""))


def test_a_key_has_32_bytes_and_prints_nothing() -> None:
    assert repr(KEY) == "DataKey(***)"
    for length in (0, 16, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            DataKey(bytes(length))
