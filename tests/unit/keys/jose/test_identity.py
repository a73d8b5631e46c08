"""Identity tokens: what a provider signs is read, and everything that merely looks like it is refused."""

from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, Key

from sealane.keys.jose.identity import Expected, read_identity
from sealane.model.errors import SignatureInvalid

NOW = 1_800_000_000
EXPECTED = Expected("https://id.example", "sealane", "n-1")
CLAIMS = {"iss": "https://id.example", "aud": "sealane", "sub": "u-1", "nonce": "n-1", "iat": NOW, "exp": NOW + 300}


@pytest.fixture(scope="module")
def key() -> Key:
    return ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})


def read(key: Key, claims: dict[str, Any], **header: str) -> dict[str, Any]:
    token = jwt.encode({"alg": "ES256", "kid": "one"} | header, claims, key)
    return read_identity(token, {"keys": [key.as_dict(private=False)]}, EXPECTED, NOW * 1_000_000)


def test_a_token_for_us_is_read(key: Key) -> None:
    assert read(key, CLAIMS | {"groups": ["a"]})["groups"] == ["a"]
    assert read(key, CLAIMS | {"aud": ["sealane", "other"], "azp": "sealane"})["sub"] == "u-1"
    assert read(key, CLAIMS | {"exp": NOW - 59}), "clocks may differ by a minute"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://id.example/"},
        {"aud": "other"},
        {"aud": ["sealane", "other"]},
        {"azp": "other"},
        {"nonce": "n-2"},
        {"exp": NOW - 61},
        {"exp": "soon"},
        {"iat": NOW + 600},
        {"nbf": NOW + 600},
        {"sub": ""},
        {"sub": 7},
    ],
)
def test_a_token_for_another_purpose_is_refused(key: Key, wrong: dict[str, Any]) -> None:
    with pytest.raises(SignatureInvalid):
        read(key, CLAIMS | wrong)


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "nonce", "exp", "iat"])
def test_a_token_that_says_too_little_is_refused(key: Key, missing: str) -> None:
    with pytest.raises(SignatureInvalid):
        read(key, {name: said for name, said in CLAIMS.items() if name != missing})


def test_an_unknown_key_is_refused(key: Key) -> None:
    with pytest.raises(SignatureInvalid):
        read(key, CLAIMS, kid="two")


@pytest.mark.parametrize("keys", [{}, {"keys": None}, {"keys": []}, {"keys": [{}]}, {"keys": [{"kty": "EC"}]}])
@pytest.mark.parametrize("token", ["", "a.b.c", "e30.e30.", "x" * 20_000, "eyJhbGciOiJub25lIn0.e30."])
def test_whatever_else_a_provider_answers_is_refused(keys: dict[str, Any], token: str) -> None:
    with pytest.raises(SignatureInvalid):
        read_identity(token, keys, EXPECTED, NOW * 1_000_000)
