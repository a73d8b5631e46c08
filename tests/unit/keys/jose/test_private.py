import pytest

from sealane.keys.jose.private import RsaSigner
from sealane.keys.public import read_jwk
from sealane.model.errors import InvalidInput, SignatureInvalid


def test_what_is_signed_verifies_under_the_public_half_and_the_key_comes_back() -> None:
    signer = RsaSigner.generate()
    again = RsaSigner.from_jwk(signer.private_jwk())
    public = read_jwk({**again.public_jwk(), "alg": "RS256"})
    public.verify(again.sign(b"message"), b"message")
    with pytest.raises(SignatureInvalid):
        public.verify(signer.sign(b"message"), b"other")
    assert "d" not in signer.public_jwk()
    assert repr(signer) == "RsaSigner(***)"


@pytest.mark.parametrize("jwk", [{}, {"n": "AQ", "e": "AQAB", "d": "AQ"}, {"n": "!", "e": "!", "d": "!"}])
def test_what_is_no_private_key_is_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        RsaSigner.from_jwk(jwk)
