import pytest

from sealane.keys.signing import Signer, verify
from sealane.model.errors import SignatureInvalid

# RFC 8032 section 7.1, test 3.
SEED = bytes.fromhex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")
PUBLIC = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
SIGNATURE = bytes.fromhex(
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
    "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
)
MESSAGE = bytes.fromhex("af82")


def test_the_published_example() -> None:
    signer = Signer.from_seed(SEED)
    assert signer.public_key == PUBLIC
    assert signer.sign(MESSAGE) == SIGNATURE
    assert signer.seed == SEED
    verify(PUBLIC, SIGNATURE, MESSAGE)


@pytest.mark.parametrize(
    ("public", "signature", "message"),
    [
        (PUBLIC, SIGNATURE, b"other"),
        (PUBLIC, SIGNATURE[:-1], MESSAGE),
        (PUBLIC, bytes(64), MESSAGE),
        (PUBLIC[:-1], SIGNATURE, MESSAGE),
        (Signer.generate().public_key, SIGNATURE, MESSAGE),
    ],
)
def test_anything_else_is_refused(public: bytes, signature: bytes, message: bytes) -> None:
    with pytest.raises(SignatureInvalid):
        verify(public, signature, message)


def test_it_prints_nothing() -> None:
    assert repr(Signer.from_seed(SEED)) == "Signer(***)"
