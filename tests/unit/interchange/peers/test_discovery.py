import msgspec
import pytest

from sealane.interchange.peers.discovery import FORMAT, origin_of, read_discovery
from sealane.keys.public import encode_base64url
from sealane.keys.signing import Signer
from sealane.model.errors import InvalidInput, MalformedBody

ORIGIN = "https://carrier.example"


def document(**changes: object) -> bytes:
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(Signer.generate().public_key), "kid": "k1"}
    told = {
        "format": FORMAT,
        "origin": ORIGIN,
        "messages": "/v1/peer-messages",
        "keys": [jwk],
        "receipt_keys": [jwk],
        "profile": "sealane-exchange-v1",
        "more": "is passed over",
    }
    return msgspec.json.encode({**told, **changes})


def test_a_document_gives_the_keys_of_its_origin() -> None:
    read = read_discovery(document(), ORIGIN)
    assert read.receipt_key("k1") is not None
    assert read.receipt_key("k2") is None
    assert origin_of("HTTPS://Carrier.example/some/path?x") == ORIGIN


@pytest.mark.parametrize(
    "changes",
    [
        {"format": "other"},
        {"origin": "https://attacker.example"},
        {"messages": "https://attacker.example/in"},
        {"messages": "//attacker.example/in?"},
        {"keys": []},
        {"keys": [{"kty": "oct", "k": "AA"}]},
        {"receipt_keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]},
    ],
)
def test_a_document_of_another_kind_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        read_discovery(document(**changes), ORIGIN)


def test_a_document_that_reads_in_two_ways_is_refused() -> None:
    with pytest.raises(MalformedBody):
        read_discovery(b'{"format": "a", "format": "b"}', ORIGIN)
