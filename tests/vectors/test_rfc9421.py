"""RFC 9421 appendix B (13 signatures) and RFC 9530 appendix B (8 digests), by the strict reader or its fallback."""

import base64
import hmac
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sealane.interchange.signatures.digest import verify_digest
from sealane.interchange.signatures.fallback import verify_by_library
from sealane.interchange.signatures.message import Message, UnknownComponentError, fields_of, signature_base
from sealane.interchange.signatures.reading import read_signatures
from sealane.keys.public import encode_base64url, read_jwk
from sealane.model.errors import SealaneError, SignatureInvalid

Check = Callable[[bytes, bytes], None]


def rsa_jwk(pem: str) -> dict[str, str]:
    numbers = load_pem_public_key(pem.encode()).public_numbers()  # type: ignore[union-attr]  # it is an RSA key
    n, e = (encode_base64url(value.to_bytes((value.bit_length() + 7) // 8)) for value in (numbers.n, numbers.e))
    return {"kty": "RSA", "n": n, "e": e, "alg": "PS512"}


def check_of(key: dict[str, Any]) -> Check:
    if "base64" in key:
        secret = base64.b64decode(key["base64"])

        def check(signature: bytes, message: bytes) -> None:
            if not hmac.compare_digest(hmac.digest(secret, message, "sha256"), signature):
                raise SignatureInvalid

        return check
    return read_jwk(key["jwk"] if "jwk" in key else rsa_jwk(key["pem"])).verify


def message_of(case: dict[str, Any]) -> Message:
    told = case["message"]
    fields = fields_of((name.encode(), value.encode()) for name, value in told["headers"])
    fields |= {"signature-input": case["signature_input"], "signature": case["signature"]}
    body = (told.get("body") or "").encode()
    if told["type"] == "response":
        return Message(fields, body, status=told["status"])
    return Message(fields, body, told["method"], told["url"])


def verify(case: dict[str, Any], keys: dict[str, Any]) -> None:
    message, check = message_of(case), check_of(keys[case["keyid"]])
    (candidate,) = read_signatures(message.fields)
    try:
        check(candidate.signature, signature_base(message, candidate.covered, candidate.text))
    except UnknownComponentError:
        verify_by_library(message, candidate, check)


def test_all_signatures(shared_data: Path) -> None:
    content = json.loads((shared_data / "vectors" / "rfc9421" / "appendix-b.json").read_text(encoding="utf-8"))
    assert len(content["cases"]) == 13
    for case in content["cases"]:
        if case["valid"]:
            verify(case, content["keys"])
            continue
        with pytest.raises(SealaneError):
            verify(case, content["keys"])


def test_all_digests(shared_data: Path) -> None:
    path = shared_data / "vectors" / "rfc9421" / "rfc9530-appendix-b.json"
    cases = json.loads(path.read_text(encoding="utf-8"))["cases"]
    assert len(cases) == 8
    for case in cases:
        if case["valid"]:
            verify_digest(case["content_digest"], case["body"].encode())
            continue
        with pytest.raises(SignatureInvalid):
            verify_digest(case["content_digest"], case["body"].encode())
