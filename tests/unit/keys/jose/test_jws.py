import json

import pytest

from sealane.keys.jose.jws import open_jws, read_header, verify_jws
from sealane.keys.public import encode_base64url, read_jwk
from sealane.model.errors import SignatureInvalid
from signing import Signing


def token(pair: Signing, header: str = '{"alg":"EdDSA"}', payload: bytes = b'{"a":1}') -> str:
    signed = f"{encode_base64url(header.encode())}.{encode_base64url(payload)}"
    return f"{signed}.{encode_base64url(pair.key.sign(signed.encode()))}"


def test_a_token_and_a_detached_one() -> None:
    pair = Signing()
    key = read_jwk(pair.jwk)
    assert open_jws(token(pair), key) == ({"alg": "EdDSA"}, {"a": 1})
    head, payload, signature = token(pair).split(".")
    assert verify_jws(f"{head}..{signature}", key, detached=b'{"a":1}')[1] == b'{"a":1}'
    for wrong in (f"{head}..{signature}", f"{head}.{payload}.{signature}"):
        with pytest.raises(SignatureInvalid):
            verify_jws(wrong, key, detached=b'{"a":2}')


@pytest.mark.parametrize(
    "header",
    ['{"alg":"none"}', '{"alg":"HS256"}', "{}", '{"alg":"EdDSA","crit":["x"]}', '{"alg":"EdDSA","b64":false}', "[]",
     "1",
     '{"alg":"EdDSA","alg":"EdDSA"}', "{"],
)  # fmt: skip
def test_the_header_decides_nothing(header: str) -> None:
    pair = Signing()
    with pytest.raises(SignatureInvalid):
        verify_jws(token(pair, header), read_jwk(pair.jwk))


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "\u00e9.a.a", "e30=.e30.", "." * 70_000])
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        read_header(text)


def test_a_payload_that_is_no_object_is_refused() -> None:
    pair = Signing()
    with pytest.raises(SignatureInvalid):
        open_jws(token(pair, payload=json.dumps([1]).encode()), read_jwk(pair.jwk))
