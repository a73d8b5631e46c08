import base64
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from standardwebhooks import Webhook

from sealane.interchange.outbound.signing import SigningSecret, sign_call, sign_webhook
from sealane.interchange.signatures.message import Message
from sealane.interchange.signatures.partykeys import HeldKey
from sealane.interchange.signatures.verification import verify_call
from sealane.keys.public import encode_base64url, read_jwk
from sealane.keys.signing import Signer
from sealane.model.errors import NotAuthenticated

NOW_US = 1_795_340_000_000_000


def test_v1_is_what_the_official_package_signs() -> None:
    secret = SigningSecret.new("v1")
    headers = sign_webhook((secret,), "out_1", b'{"a":1}', now_us=NOW_US)
    assert headers["webhook-timestamp"] == "1795340000"
    signed = Webhook(secret.shown()).sign("out_1", datetime.fromtimestamp(1_795_340_000, UTC), '{"a":1}')
    assert headers["webhook-signature"] == signed
    assert "***" in repr(secret)


def test_v1a_verifies_under_the_key_that_is_shown_and_two_secrets_give_two_signatures() -> None:
    old, new = SigningSecret.new("v1a"), SigningSecret.new("v1a")
    headers = sign_webhook((new, old), "out_1", b"{}", now_us=NOW_US)
    signatures = headers["webhook-signature"].split(" ")
    for secret, signature in zip((new, old), signatures, strict=True):
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(secret.shown().removeprefix("whpk_")))
        key.verify(base64.b64decode(signature.removeprefix("v1a,")), b"out_1.1795340000.{}")


def test_a_signed_call_passes_the_verifier_of_the_other_side_and_altered_it_does_not() -> None:
    signer = Signer.generate()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(signer.public_key)}
    key = read_jwk(jwk)
    call = Message({"content-type": "application/json"}, b"{}", "POST", "https://peer.example/v1/peer-messages")
    headers = sign_call(signer, key.thumbprint, call, now_us=NOW_US)
    sent = Message({**call.fields, **headers}, b"{}", "POST", call.target)
    held = [HeldKey("pty_1", key, 0, None)]
    assert verify_call(sent, lambda _: held, now_us=NOW_US).party_id == "pty_1"
    with pytest.raises(NotAuthenticated):
        verify_call(Message(sent.fields, b"[]", "POST", call.target), lambda _: held, now_us=NOW_US)
    with pytest.raises(NotAuthenticated):
        verify_call(Message(sent.fields, b"{}", "POST", "https://x.example/"), lambda _: held, now_us=NOW_US)
