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


def test_a_key_is_expanded_as_rfc_5869_says() -> None:
    # Appendix A.1: the first 32 bytes of the output keying material.
    pseudorandom = DataKey(bytes.fromhex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"))
    expected = DataKey(bytes.fromhex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"))
    derived = pseudorandom.derive(bytes.fromhex("f0f1f2f3f4f5f6f7f8f9"))
    assert expected.open(derived.seal(b"x", b""), b"") == b"x"


def test_many_are_sealed_with_nonces_of_their_own() -> None:
    envelopes = KEY.seal_fields([b"a"] * 150, [b"name"] * 150, [AAD] * 150)
    assert len({envelope[1:13] for envelope in envelopes}) == 150


def test_each_field_is_sealed_under_a_key_of_its_own() -> None:
    names = [b"name", b"email", b"name"]
    envelopes = KEY.seal_fields([b"Ana", b"", b"Ana"], names, [AAD] * 3)
    assert [KEY.open_field(*pair, AAD) for pair in zip(envelopes, names, strict=True)] == [b"Ana", b"", b"Ana"]
    assert {envelope[:1] for envelope in envelopes} == {b"\x02"}
    assert KEY.derive(b"name").open(b"\x01" + envelopes[0][1:], AAD) == b"Ana", "under the key of the name"
    for attempt in (
        lambda: KEY.open_field(envelopes[0], b"email", AAD),
        lambda: KEY.open_field(envelopes[0], b"name", b"elsewhere"),
        lambda: KEY.open_field(b"\x01" + envelopes[0][1:], b"name", AAD),
        lambda: KEY.open_field(envelopes[0][: OVERHEAD - 1], b"name", AAD),
        lambda: KEY.open(envelopes[0], AAD),
    ):
        with pytest.raises(EnvelopeInvalid):
            attempt()


def test_what_was_sealed_before_fields_had_keys_still_opens() -> None:
    frozen = bytes.fromhex(
        "01000102030405060708090a0b"  # format 1 and the nonce
        "066cb78e31c3db5d893f9d39d992f6b66b38d7"
    )
    assert KEY.open_field(frozen, b"name", AAD) == b"Ana"


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
