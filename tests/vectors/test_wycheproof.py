"""Project Wycheproof's files for the primitives that keys are built from: every case, listed exceptions only."""

import hmac
import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from sealane.keys.public import encode_base64url, read_jwk
from sealane.keys.sealing import DataKey
from sealane.keys.signing import verify
from sealane.model.errors import EnvelopeInvalid, SignatureInvalid

# The library takes GCM nonces of 8 to 128 bytes and refuses these cases, some invalid anyway; envelopes always have 12.
FOREIGN_AND_VALID = 27


def cases(shared_data: Path, name: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    content = json.loads((shared_data / "vectors" / "wycheproof" / name).read_text(encoding="utf-8"))
    for group in content["testGroups"]:
        for case in group["tests"]:
            yield group, case


def raw(case: dict[str, Any], *names: str) -> list[bytes]:
    return [bytes.fromhex(case[name]) for name in names]


def test_aes_gcm(shared_data: Path) -> None:
    seen: Counter[str] = Counter()
    for group, case in cases(shared_data, "aes_gcm_test.json"):
        key, nonce, aad, plaintext, sealed, tag = raw(case, "key", "iv", "aad", "msg", "ct", "tag")
        if not 8 <= len(nonce) <= 128:
            seen[f"{case['result']} with a foreign nonce"] += 1
            with pytest.raises(ValueError, match="Nonce"):
                AESGCM(key).decrypt(nonce, sealed + tag, aad)
            continue
        seen[case["result"]] += 1
        if case["result"] == "valid":
            assert AESGCM(key).encrypt(nonce, plaintext, aad) == sealed + tag, case["tcId"]
            assert AESGCM(key).decrypt(nonce, sealed + tag, aad) == plaintext, case["tcId"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(nonce, sealed + tag, aad)
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128):
            seen["envelope"] += 1
            check_envelope(key, b"\x01" + nonce + sealed + tag, aad, plaintext if case["result"] == "valid" else None)
    assert seen.total() - seen["envelope"] == 316
    assert seen["valid with a foreign nonce"] == FOREIGN_AND_VALID
    assert seen["envelope"] > 60


def check_envelope(key: bytes, envelope: bytes, aad: bytes, plaintext: bytes | None) -> None:
    if plaintext is not None:
        assert DataKey(key).open(envelope, aad) == plaintext
        return
    with pytest.raises(EnvelopeInvalid):
        DataKey(key).open(envelope, aad)


def test_hmac_sha256(shared_data: Path) -> None:
    count = 0
    for group, case in cases(shared_data, "hmac_sha256_test.json"):
        key, message, tag = raw(case, "key", "msg", "tag")
        state = HMAC(key, SHA256())
        state.update(message)
        made = state.copy().finalize()[: group["tagSize"] // 8]
        assert (made == tag) == (case["result"] == "valid"), case["tcId"]
        assert made == hmac.digest(key, message, "sha256")[: group["tagSize"] // 8]
        count += 1
    assert count == 174


def test_ed25519(shared_data: Path) -> None:
    count = 0
    for group, case in cases(shared_data, "ed25519_test.json"):
        message, signature = raw(case, "msg", "sig")
        public_key = bytes.fromhex(group["publicKey"]["pk"])
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(public_key)}
        for check in (partial(verify, public_key), read_jwk(jwk).verify):
            if case["result"] == "valid":
                check(signature, message)
            else:
                with pytest.raises(SignatureInvalid):
                    check(signature, message)
        count += 1
    assert count == 151
