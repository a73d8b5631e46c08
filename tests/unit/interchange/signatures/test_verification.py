import time
from typing import Any

import pytest
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ED25519

from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.profile import TAG
from sealane.interchange.signatures.verification import verify_call
from sealane.keys.public import PublicKey, read_jwk
from sealane.model.errors import NotAuthenticated
from signing import Signing

TARGET = "https://sealane.example/v1/events?a=1"
BODY = b'{"hello": "world"}'


class Held:
    def __init__(self, jwk: dict[str, Any], party_id: str = "pty_a") -> None:
        self.party_id = party_id
        self.key: PublicKey = read_jwk(jwk)


def now_us() -> int:
    return time.time_ns() // 1000


def message(pair: Signing, **how: Any) -> Message:
    return Message(pair.headers("POST", TARGET, BODY, **how), BODY, "POST", TARGET)


def test_a_signed_call_is_its_signers() -> None:
    pair, other = Signing(), Signing()
    proof = verify_call(message(pair), lambda _: [Held(other.jwk, "pty_b"), Held(pair.jwk)], now_us=now_us())
    assert (proof.party_id, proof.key_id, proof.label) == ("pty_a", pair.thumbprint, "sig1")
    assert proof.mark != verify_call(message(pair), lambda _: [Held(pair.jwk)], now_us=now_us()).mark


def test_unknown_key_wrong_key_and_wrong_digest_say_the_same() -> None:
    pair, other = Signing(), Signing()
    swapped = Message(message(pair).fields, BODY + b" ", "POST", TARGET)
    for came, held in ((message(pair), []), (message(pair), [Held(other.jwk)]), (swapped, [Held(pair.jwk)])):
        with pytest.raises(NotAuthenticated) as refusal:
            verify_call(came, lambda _, held=held: held, now_us=now_us())
        assert type(refusal.value) is NotAuthenticated


class Keys(HTTPSignatureKeyResolver):
    def __init__(self, pair: Signing) -> None:
        self.pair = pair

    def resolve_private_key(self, _: str) -> Any:
        return self.pair.key


class Request:
    def __init__(self) -> None:
        self.method, self.url = "POST", TARGET
        self.headers = {"Content-Type": "application/json", "X-List": "a,  b"}


@pytest.mark.parametrize(
    "more", [(), ("@path", "@query", "@authority"), ('"@query-param";name="a"',), ('"x-list";bs',)]
)
def test_what_the_library_signs_is_taken_by_the_strict_reader_and_by_the_fallback(more: tuple[str, ...]) -> None:
    pair, request = Signing(), Request()
    signer = HTTPMessageSigner(signature_algorithm=ED25519, key_resolver=Keys(pair))
    signer.sign(
        request,
        key_id="k",
        nonce="a-nonce-of-16-ch",
        tag=TAG,
        body=BODY,
        covered_component_ids=("@method", "@target-uri", "content-type", *more),
    )
    came = Message({name.lower(): value for name, value in request.headers.items()}, BODY, "POST", TARGET)
    assert verify_call(came, lambda _: [Held(pair.jwk)], now_us=now_us()).party_id == "pty_a"
    forged = Message(
        {**came.fields, "x-list": "c"} if '"x-list";bs' in more else came.fields, BODY, "POST", TARGET + "1"
    )
    with pytest.raises(NotAuthenticated):
        verify_call(forged, lambda _: [Held(pair.jwk)], now_us=now_us())
