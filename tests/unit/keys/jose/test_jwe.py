"""JWE: joserfc encrypts, as any other library would; what is altered or asks for work is refused, and soon."""

import base64
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwe
from joserfc.jwk import OKPKey

from sealane.keys.hpke import OpeningKey
from sealane.keys.jose.jwe import open_jwe
from sealane.keys.public import encode_base64url
from sealane.model.errors import EnvelopeInvalid

KEY = OpeningKey.from_secret(bytes(range(32)))
JWK: dict[str, Any] = {"kty": "OKP", "crv": "X25519", "x": encode_base64url(KEY.public_key)}
PLAIN = b'{"to":"pty_1"}'


def sealed(plain: bytes = PLAIN, jwk: dict[str, Any] | None = None, **header: Any) -> bytes:
    told = {"alg": "ECDH-ES", "enc": "A256GCM", **header}
    return jwe.encrypt_compact(told, plain, OKPKey.import_key(jwk or JWK)).encode()


def with_header(token: bytes, **changes: Any) -> bytes:
    head, rest = token.split(b".", 1)
    header = json.loads(base64.urlsafe_b64decode(head + b"=="))
    return encode_base64url(json.dumps({**header, **changes}).encode()).encode() + b"." + rest


def test_what_another_library_encrypts_opens() -> None:
    assert open_jwe(sealed(), KEY) == PLAIN
    assert open_jwe(sealed(kid="k", apu=encode_base64url(b"Alice"), apv=encode_base64url(b"Bob")), KEY) == PLAIN
    assert open_jwe(sealed(b""), KEY) == b""


def test_another_recipients_message_and_an_altered_one_look_the_same() -> None:
    other = {**JWK, "x": encode_base64url(OpeningKey.generate().public_key)}
    token = sealed()
    parts = token.split(b".")
    altered = b".".join([*parts[:4], b"A" * 22 if parts[4] != b"A" * 22 else b"B" * 22])
    details = set()
    for wrong in (sealed(jwk=other), altered, with_header(token, kid="x")):
        with pytest.raises(EnvelopeInvalid) as refusal:
            open_jwe(wrong, KEY)
        details.add(refusal.value.detail)
    assert len(details) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"alg": "PBES2-HS256+A128KW", "p2c": 2**31, "p2s": "AAAA"}, {"p2c": 2**31}, {"zip": "DEF"}, {"crit": ["x"]},
        {"alg": "dir"}, {"alg": "none"}, {"alg": "ECDH-ES+A256KW"}, {"enc": "A128CBC-HS256"}, {"enc": None},
        {"jku": "https://evil.example"}, {"epk": None}, {"epk": {**JWK, "x": "AA"}}, {"epk": {**JWK, "x": 1}},
        {"epk": {**JWK, "x": "A" * 43}}, {"epk": {"kty": "EC", "crv": "P-256"}}, {"apu": 5}, {"pad": "x" * 1_000_000},
    ],
)  # fmt: skip
def test_a_header_that_asks_for_more_is_refused_before_any_work(changes: dict[str, Any]) -> None:
    token = with_header(sealed(), **changes)
    began = time.process_time()
    with pytest.raises(EnvelopeInvalid):
        open_jwe(token, KEY)
    assert time.process_time() - began < 0.05


@given(st.data())
def test_no_changed_byte_opens(data: st.DataObject) -> None:
    token = bytearray(sealed())
    at = data.draw(st.integers(0, len(token) - 1))
    token[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(EnvelopeInvalid):
        open_jwe(bytes(token), KEY)


@given(st.one_of(st.binary(max_size=200), st.lists(st.binary(max_size=20), max_size=7).map(b".".join)))
def test_nothing_else_breaks_it(junk: bytes) -> None:
    with pytest.raises(EnvelopeInvalid):
        open_jwe(junk, KEY)
