"""Project Wycheproof's files for what HPKE is built from: X25519 and HKDF-SHA-256, every case."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def cases(shared_data: Path, name: str) -> Iterator[dict[str, Any]]:
    content = json.loads((shared_data / "vectors" / "wycheproof" / name).read_text(encoding="utf-8"))
    for group in content["testGroups"]:
        yield from group["tests"]


def test_hkdf_sha256(shared_data: Path) -> None:
    count = 0
    for case in cases(shared_data, "hkdf_sha256_test.json"):
        key, salt, info = (bytes.fromhex(case[name]) for name in ("ikm", "salt", "info"))
        count += 1
        if case["result"] == "invalid":
            with pytest.raises(ValueError, match="larger"):
                HKDF(SHA256(), case["size"], salt, info)
            continue
        assert HKDF(SHA256(), case["size"], salt, info).derive(key).hex() == case["okm"], case["tcId"]
    assert count > 80


def test_x25519(shared_data: Path) -> None:
    count = 0
    for case in cases(shared_data, "x25519_test.json"):
        private = X25519PrivateKey.from_private_bytes(bytes.fromhex(case["private"]))
        public = X25519PublicKey.from_public_bytes(bytes.fromhex(case["public"]))
        count += 1
        # Of the acceptable cases those with an all-zero result are refused (RFC 7748 section 6.1).
        if int(case["shared"], 16) == 0:
            with pytest.raises(ValueError, match="shared key"):
                private.exchange(public)
            continue
        assert private.exchange(public).hex() == case["shared"], case["tcId"]
    assert count > 500
