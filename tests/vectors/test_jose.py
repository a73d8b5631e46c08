"""Project Wycheproof's JWS files: nothing invalid is accepted; what is valid and refused is listed by its reason."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sealane.keys.jose.jws import verify_jws
from sealane.keys.public import read_jwk
from sealane.model.errors import InvalidInput, SignatureInvalid

FILES = ("signature", "key", "crypto")
REFUSED = Counter({"HS256": 14, "HS384": 1, "HS512": 1, "ES521": 2, "PS256": 2})
"""Shared secrets prove nothing here; ES521 is no algorithm (RFC 7518 says ES512); two keys say PS256 and their tokens
another algorithm."""


def keys_of(group: dict[str, Any]) -> list[dict[str, Any]]:
    given = group.get("public") or group["private"]
    return list(given.get("keys", [given]))


def accepts(group: dict[str, Any], token: Any) -> bool:
    if not isinstance(token, str):
        return False
    for jwk in keys_of(group):
        try:
            verify_jws(token, read_jwk(jwk))
        except (InvalidInput, SignatureInvalid):
            continue
        return True
    return False


def cases(shared_data: Path) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for name in FILES:
        path = shared_data / "vectors" / "wycheproof" / f"json_web_{name}_test.json"
        for group in json.loads(path.read_text(encoding="utf-8"))["testGroups"]:
            for case in group["tests"]:
                if "jws" in case:
                    yield group, case


def test_no_invalid_signature_is_accepted(shared_data: Path) -> None:
    seen: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for group, case in cases(shared_data):
        is_accepted = accepts(group, case["jws"])
        seen[f"{case['result']} {'accepted' if is_accepted else 'refused'}"] += 1
        if case["result"] == "valid" and not is_accepted:
            refused[next(str(key.get("alg") or key["kty"]) for key in keys_of(group))] += 1
    assert seen["invalid accepted"] == 0, seen
    assert seen["invalid refused"] > 350
    assert refused == REFUSED
    assert seen["valid accepted"] >= 20, seen
